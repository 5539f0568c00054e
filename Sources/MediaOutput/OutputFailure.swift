import CFFmpeg

/// Why something cannot be written.
package struct OutputFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The film cannot be opened.
        case cannotOpen
        /// The film has no video, or none that this can be done with.
        case unsupported
        /// The film broke off.
        case damaged
        /// The output cannot be written.
        case cannotWrite
        /// Whoever read the output went away.
        case consumerGone
        /// The command asks for what cannot be.
        case usage
        /// The stop flag was raised.
        case interrupted
        case outOfMemory
    }

    package let code: Code
    /// One line with a remedy.
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    package static let outOfMemory = OutputFailure(.outOfMemory, "out of memory: free some")
    package static let interrupted = OutputFailure(.interrupted, "")
}

/// FFmpeg's text for an AVERROR code.
func words(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
        guard let base = buffer.baseAddress, av_strerror(code, base, 128) >= 0 else { return "error \(code)" }
        return String(cString: base)
    }
}
