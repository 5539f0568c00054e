/// Why an input cannot be read at all. What goes wrong later ends the stream (`MediaEnding`) and throws
/// nothing.
package struct MediaError: Error, Hashable, Sendable {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        /// Missing, forbidden, empty, or not a format FFmpeg knows.
        package static let cannotOpen = Code(description: "cannotOpen")
        /// The other side answered and refused: there is no such stream, or not for this user.
        package static let refused = Code(description: "refused")
        /// Opened, but there is no video stream.
        package static let noVideo = Code(description: "noVideo")
        /// A video stream without a single picture that can be decoded.
        package static let noPictures = Code(description: "noPictures")
        /// The program or stream asked for is not there.
        package static let noSuchStream = Code(description: "noSuchStream")
        /// A codec without a decoder, or pictures beyond the limits.
        package static let unsupported = Code(description: "unsupported")
        /// The index stands at the end and the input cannot be searched.
        package static let indexAtEnd = Code(description: "indexAtEnd")
        /// The stop flag was raised before the first picture.
        package static let interrupted = Code(description: "interrupted")
    }

    package let code: Code
    /// One line with a remedy, without credentials.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension MediaError: CustomStringConvertible {
    package var description: String { message }
}
