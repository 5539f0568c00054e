import FoundationEssentials
import Glibc
import MediaOutput
import Platform
import SceneEvents
import ScenePipeline
import SceneReport
import Timeline

/// Gathers a run while it goes on, and writes its report page at the end. One user at a time.
///
/// The page's file is opened first, so that a run of hours does not end with a refusal.
final class ReportOutput {
    /// Pixels on the longer side of a picture on the page.
    static let pictureSide = 160

    private let path: String
    private var file: LineOutput
    private var writer = EventWriter()
    private var lines: [UInt8] = []
    private var sprites: SpriteSheet?
    private var pictures: PictureSheets?

    /// Throws `CommandFailure` (cannot write). `option` names the file.
    init(path: String, option: String = "--report") throws(CommandFailure) {
        self.path = path
        file = try LineOutput.file(path, option: option)
    }

    /// Takes the next event of the run.
    func emit(_ event: Event) { lines += writer.line(event).utf8 }

    /// Takes what is like the scenes of the run; the page shows five for each.
    func add(_ alike: SimilarScenes) { lines += alike.pageLines(atMost: 5) }

    /// Takes the next pictures, in order of time. Throws `CommandFailure` (no memory).
    func add(_ thumbnails: [Thumbnail]) throws(CommandFailure) {
        for thumbnail in thumbnails { try add(thumbnail.picture, at: thumbnail.pts) }
    }

    /// Takes a picture for the instant `pts` of the events. Throws `CommandFailure` (no memory).
    func add(_ picture: RGBPicture, at pts: Int64) throws(CommandFailure) {
        do {
            if sprites == nil {
                // The first picture gives all tiles their shape.
                let size = SpriteSheet.fit(
                    (picture.width, picture.height), into: (Self.pictureSide, Self.pictureSide))
                sprites = SpriteSheet(width: size.width, height: size.height)
            }
            if let sheet = try sprites?.push(picture, at: pts) { keep(sheet) }
        } catch {
            throw CommandFailure(status: .noVideo, message: error.description)
        }
    }

    private func keep(_ sheet: SpriteSheet.Sheet) {
        guard let sprites else { return }
        var pictures =
            self.pictures
            ?? PictureSheets(
                columns: sprites.columns, width: sprites.width, height: sprites.height, sheets: [])
        pictures.sheets.append(PictureSheets.Sheet(places: sheet.places, jpeg: sheet.jpeg))
        self.pictures = pictures
    }

    /// Writes the page; the file takes its name.
    ///
    /// - Parameters:
    ///   - title: name of the film.
    ///   - film: path of the film for the player; nil where there is none.
    /// - Throws: `CommandFailure` (cannot write).
    func finish(title: String, film: String?) throws(CommandFailure) {
        do {
            if let sheet = try sprites?.finish() { keep(sheet) }
        } catch {
            throw CommandFailure(status: .noVideo, message: error.description)
        }
        let folder = absolutePath(".")
        let page = ReportPage(
            title: title,
            source: .run(
                lines: lines, pictures: pictures,
                film: film.map { FilmReference.address(of: $0, from: path, in: folder) }))
        try file.write(page.html())
        try file.finish()
    }
}

/// Shows a page in the browser of the desktop.
enum Browser {
    /// Throws `CommandFailure` where no program for it can be started.
    static func open(_ path: String) throws(CommandFailure) {
        var process = pid_t()
        let arguments = [strdup("xdg-open"), FileName.withBytes(path) { strdup($0) }, nil]
        defer { for argument in arguments { free(argument) } }
        let status = posix_spawnp(&process, "xdg-open", nil, nil, arguments, environ)
        var ending: Int32 = 0
        if status == 0 { waitpid(process, &ending, 0) }
        guard status == 0, ending == 0 else {
            throw CommandFailure(
                status: .cannotOpen,
                message: "no browser can be started here (xdg-open); open '\(path)' in one yourself")
        }
    }
}
