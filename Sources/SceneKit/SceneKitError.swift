internal import MediaInput
internal import SceneModel
internal import SceneSegmentation

/// Why a segmenter cannot be made, or takes no picture.
///
/// Each case carries one line for people: what is wrong, then what to do. Addresses in it have no passwords.
/// What goes wrong after the first picture throws nothing: it ends the stream (``StreamEnd/Reason``).
///
/// Later versions may add cases: write `default:` where you switch over errors.
public enum SceneKitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An option is out of range, or contradicts another. (The command's exit status 64.)
    case invalidOption(String)
    /// The program or the stream that was asked for is not in the input. (64)
    case noSuchStream(String)
    /// The input has no video, or none that can be decoded. (65)
    case noVideo(String)
    /// The model file cannot be read, or does not fit. (65)
    case unusableModel(String)
    /// The input is missing, forbidden, empty, or in a format that FFmpeg does not know. (66)
    case cannotOpen(String)
    /// A pushed picture is incomplete, too large, or not later than the one before.
    case invalidPicture(String)
    /// The system has no thread or no memory left.
    case noResources(String)
    /// The task was cancelled before the first picture was decoded.
    case cancelled(String)

    /// What is wrong and what to do, on one line.
    public var message: String {
        switch self {
        case .invalidOption(let text), .noSuchStream(let text), .noVideo(let text), .unusableModel(let text),
            .cannotOpen(let text), .invalidPicture(let text), .noResources(let text), .cancelled(let text):
            text
        }
    }

    /// The ``message``.
    public var description: String { message }

    init(_ error: MediaError) {
        self =
            switch error.code {
            case .noVideo, .noPictures, .unsupported: .noVideo(error.message)
            case .noSuchStream: .noSuchStream(error.message)
            case .interrupted: .cancelled(error.message)
            default: .cannotOpen(error.message)
            }
    }

    init(_ error: ModelFileError) { self = .unusableModel(error.description) }

    init(_ error: SegmentationOptionError) { self = .invalidOption(error.description) }
}
