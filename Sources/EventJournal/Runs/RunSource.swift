/// What a run reads and keeps, as far as `StreamStart.terms` does not say it: a feed whose configuration, or
/// whose file, was exchanged while no process ran does not go on with the run.
package struct RunSource: Codable, Hashable, Sendable {
    /// `input` of `stream_start`.
    package var input: String
    /// The program and the stream that were asked for; nil: whatever is found.
    package var program: Int?
    package var stream: Int?
    /// `score` events are told.
    package var tellsScores: Bool
    /// Small pictures that are kept; 0: none.
    package var pictures: Int
    /// nil where the input is no regular file.
    package var file: FileMark?

    package init(
        input: String, program: Int? = nil, stream: Int? = nil, tellsScores: Bool = false, pictures: Int = 0,
        file: FileMark? = nil
    ) {
        (self.input, self.program, self.stream) = (input, program, stream)
        (self.tellsScores, self.pictures, self.file) = (tellsScores, pictures, file)
    }

    /// Whether it gives what `former` gave.
    ///
    /// - Parameters:
    ///   - former: of an earlier process.
    ///   - isWritten: the file was written to since; its beginning may then be another.
    /// - Returns: false where events of both would stand in one run.
    func isSame(as former: RunSource, isWritten: Bool) -> Bool {
        guard input == former.input, program == former.program, stream == former.stream else { return false }
        guard let file, let other = former.file else { return true }
        return file.isSame(as: other, isWritten: isWritten)
    }

    /// Whether reading a file again would give more than `former`, or less.
    func keepsOther(than former: RunSource) -> Bool {
        tellsScores != former.tellsScores || pictures > former.pictures
    }
}
