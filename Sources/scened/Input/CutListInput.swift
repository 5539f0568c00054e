import ArgumentParser
import MediaOutput
import SceneFormats
import TextFiles
import Timeline

/// Lists of cuts that stand in for the detector (`--shots`).
enum CutListInput {
    /// What `--shots` takes, for help texts.
    static let help = ArgumentHelp(
        "Take the shots from a list: PySceneDetect's, TransNetV2's, chapters, an edit list, one cut a line.",
        valueName: "file")

    /// Reads a list. Throws `CommandFailure`: cannot open, or not a list whose cuts are in order.
    static func read(_ path: String) throws -> CutList {
        let list: CutList
        do {
            list = try CutListFile.read(
                ListFile.chapters(path, from: .firstPicture)
                    ?? TextFile(
                        path: path, bytes: try InputFile.bytes(path, longestLine: TextFile.longestLine)))
        } catch let error as TextFileError {
            throw CommandFailure(status: .noVideo, message: error.description)
        }
        if let entry = list.firstConflict {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(path): the change at \(entry.at) overlaps what is listed before it; list each once")
        }
        return list
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
