import TextFiles

/// The error that `body` throws.
func textFileError(_ body: () throws -> Void) -> TextFileError? {
    do {
        try body()
        return nil
    } catch {
        return error as? TextFileError
    }
}
