import ArgumentParser
import MediaInput
import MediaOutput
import SceneFormats
import TextFiles
import Timeline

/// A list of cuts that stands in for the detector (`--shots`).
struct CutListInput {
    /// What `--shots` takes, for help texts.
    static let help = ArgumentHelp(
        "Take the shots from a list: PySceneDetect's, TransNetV2's, chapters, an edit list, one cut a line.",
        valueName: "file")

    /// From the first picture.
    let list: CutList
    private let path: String
    /// Its times count from the start of the film, and where its first picture lies is not known yet.
    private let isFromUnknownStart: Bool

    /// Reads the list at `path` of the film `film`, which is looked at where the list needs it, as `options`
    /// say. Throws `CommandFailure`: cannot open, or not a list whose cuts are in order.
    init(_ path: String, of film: String, _ options: MediaOptions) throws {
        self.path = path
        let list: CutList
        var isFromUnknownStart = false
        do {
            if let chapters = try ListFile.chapters(path, from: .firstPicture) {
                list = try CutListFile.read(chapters)
            } else {
                let file = try TextFile(
                    path: path, bytes: try InputFile.bytes(path, longestLine: TextFile.longestLine))
                list = try CutListFile.read(file) {
                    let beginning = FilmBeginning(of: film, options)
                    isFromUnknownStart =
                        beginning == nil && ImportFormat.of(file)?.counting == .fromStart
                    return beginning
                }
            }
        } catch let error as TextFileError {
            throw CommandFailure(status: .noVideo, message: error.description)
        }
        if let entry = list.firstConflict {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(path): the change at \(entry.at) overlaps what is listed before it; list each once")
        }
        self.list = list
        self.isFromUnknownStart = isFromUnknownStart
    }

    /// Refuses what cannot be told of a film that is read only once: in `media` the sound begins before the
    /// pictures. Throws `CommandFailure`.
    func check(_ media: MediaSummary) throws(CommandFailure) {
        guard isFromUnknownStart, media.startOffset > 0 else { return }
        let seconds = Double(media.startOffset) / 1_000_000
        throw CommandFailure(
            status: .noVideo,
            message:
                "\(path): its times count from the start of the video, whose first picture comes \(seconds) s "
                + "later; give the video as a file")
    }

    /// Says at the end of the video where the list did not fit it: cuts beyond the end are an error, another
    /// count of pictures is a warning.
    static func judge(_ misfit: CutList.Misfit?, path: String?, pictures: Int, isQuiet: Bool) throws {
        guard let misfit, let path else { return }
        if let first = misfit.firstBeyond {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(path): \(misfit.beyondCount) of its cuts lie beyond the video's \(pictures) pictures, the "
                    + "first at \(first); give the list of this video")
        }
        if let count = misfit.pictureCount, !isQuiet {
            Console.say(
                "\(path): made of \(count) pictures, the video has \(pictures); cuts may be off by some")
        }
    }
}
