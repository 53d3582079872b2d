// The request was wrong: a file that is not there, a number that is none. The command line says so in one
// sentence and ends with exit code 2.

/** What was asked for cannot be; the message says what is there instead. */
export class RequestError extends Error {
  override readonly name = "RequestError";
}
