// Style sheets are imported for their effect alone: vite gathers them into one.
declare module "*.css";
