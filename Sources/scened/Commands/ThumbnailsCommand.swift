internal import Platform
import ArgumentParser
import Glibc
import MediaInput
import MediaOutput
import SceneEvents
import SceneFormats
import Timeline

/// `scened thumbnails`: pictures of scenes or shots.
struct Thumbnails: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a picture of each scene or shot, a contact sheet, or sprites for a player.",
        discussion: """
            Examples:
              scened thumbnails film.mp4 film.jsonl --output pictures
              scened thumbnails film.mp4 film.jsonl --of shots --sheet --output sheets
              scened thumbnails film.mp4 film.jsonl --of shots --sprite --width 160 --output sprites

            Pictures are JPEG: scene-001.jpg and so on. --sheet puts them side by side on sheet-0.jpg, sheet-1.jpg ... \
            --sprite writes sprite-0.jpg ... and sprite.vtt, a WebVTT file that assigns a part of a sprite to each \
            time; web players show it above their seek bar. A scene is shown by its longest shot, a shot by a \
            key frame of the film near its middle, or the picture itself. Pictures that cannot be decoded are left \
            out, and a line gives their number.

            Exit status: 0 done; 64 wrong usage; 65 the events hold nothing to show, or the film no pictures; 66 an \
            input cannot be opened; 73 the output cannot be written, or exists already; 130, 143 stopped.
            """)

    @OptionGroup
    var pieces: PieceArguments

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Folder to write into; created if missing.", valueName: "folder"))
    var output: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Width of each picture in pixels. Default: 320; for sprites, 160.", valueName: "pixels"),
        transform: NumberArgument.whole)
    var width: Int?

    @Flag(help: "Contact sheets: five pictures side by side, 40 on a sheet.")
    var sheet = false

    @Flag(help: "Sprites: ten pictures side by side, 100 on a sprite, with sprite.vtt.")
    var sprite = false

    func validate() throws {
        guard !(sheet && sprite) else { throw ValidationError("--sheet and --sprite exclude each other") }
        guard width.map({ 16...4096 ~= $0 }) ?? true else {
            throw ValidationError("--width takes 16 to 4096")
        }
    }

    func run() throws {
        Interruption.install()
        let (log, pieces) = try pieces.read()
        let film = self.pieces.film
        let media = log.start.media
        // Events of embeddings tell no size, and others may tell anything.
        guard 1...65_535 ~= media.width, 1...65_535 ~= media.height else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(self.pieces.events): it does not give the size of the pictures; give the output of `scened segment`"
            )
        }
        let tile = width ?? (sprite ? 160 : 320)
        let height = max(1, (2 * tile * media.height + media.width) / (2 * media.width))
        guard 10 * tile <= StillEncoder.longestSide || !sprite, height <= 4096 else {
            throw ValidationError("--width \(tile) makes sprites that are too large: give 4000 at most")
        }
        try OutputFolder.make(output)
        do {
            let finder = try KeyFrames(
                film, longestSide: max(tile, height), stop: Interruption.stop)
            if !self.pieces.quiet, let fit = try? Film(film, stop: Interruption.stop) {
                for line in FilmFit.misfits(log, fit, self.pieces.events) { Console.say(line) }
            }
            try write(pieces, finder, log, (tile, height))
        } catch let error as MediaError where error.code == .interrupted {
            throw CommandFailure(status: Interruption.status, message: "")
        } catch let error as MediaError {
            throw CommandFailure(error)
        } catch let error as OutputFailure {
            throw CommandFailure(error)
        }
    }

    // MARK: What is shown

    /// What may stand for a scene or shot: its longest shot.
    private static func wish(for piece: PieceKind.Piece) -> KeyFrames.Wish {
        let longest = piece.shots.max { $0.end.pts - $0.start.pts < $1.end.pts - $1.start.pts }
        let bounds = piece.start...max(piece.start, piece.end - 1)
        return longest.map(wish)
            ?? KeyFrames.Wish(pts: (piece.start + piece.end) / 2, within: bounds, bounds: bounds)
    }

    /// A key frame near the middle, outside of what the transition mixes.
    private static func wish(of shot: Shot) -> KeyFrames.Wish {
        let frames = shot.parts.flatMap(\.keyFrames)
        let middle = frames.isEmpty ? (shot.start.pts + shot.end.pts) / 2 : frames[frames.count / 2].pts
        let first = min(max(shot.start.pts, (shot.transition.mixed?.upperBound.pts ?? .min) &+ 1), middle)
        let start = min(shot.start.pts, middle)
        return KeyFrames.Wish(
            pts: middle, within: first...max(middle, frames.last?.pts ?? middle),
            bounds: start...max(middle, shot.end.pts - 1))
    }

    // MARK: Writing

    private func write(
        _ pieces: [PieceKind.Piece], _ finder: KeyFrames, _ log: EventLog, _ tile: (width: Int, height: Int)
    ) throws {
        let clock = log.start.media.clock
        // Players count from the start of the file.
        let zero = LoggedInstant(Instant(pts: 0), of: log.start).ticks
        let quiet = self.pieces.quiet
        var places: [KeyFrames.Wish: [Int]] = [:]
        var wishes: [KeyFrames.Wish] = []
        for (number, piece) in pieces.enumerated() {
            func here(_ pts: Int64) -> Int64 { finder.pts(of: pts, on: clock) }
            func range(_ range: ClosedRange<Int64>) -> ClosedRange<Int64> {
                here(range.lowerBound)...here(range.upperBound)
            }
            // In the ticks of events.
            let told = Self.wish(for: piece)
            let wish = KeyFrames.Wish(
                pts: here(told.pts), within: told.within.map(range),
                bounds: told.bounds.map { finder.bounds(of: $0, on: clock) })
            if places[wish] == nil { wishes.append(wish) }
            places[wish, default: []].append(number)
        }
        let progress = CopyProgress(
            isShown: Console.isTerminal && !quiet, of: log.timeBase.seconds((pieces.last?.end ?? 0) + zero))
        defer { progress.clear() }
        var writer = try PictureFiles(
            folder: output, kind: self.pieces.of.single, count: pieces.count, force: self.pieces.force,
            style: sprite ? .sprites : sheet ? .sheets : .pictures, tile: tile)
        var failure: (any Error)?
        try finder.read(wishes) { answer in
            do {
                for number in places[answer.wish] ?? [] {
                    let (start, end) = (pieces[number].start + zero, pieces[number].end + zero)
                    try writer.push(answer.picture, number: number, start, end)
                    progress.show(log.timeBase.seconds(end))
                }
            } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
        try writer.finish(log.timeBase)
        progress.clear()
        let missing = pieces.count - writer.pictures
        if missing == pieces.count {
            throw CommandFailure(
                status: .noVideo,
                message: "\(finder.name): no picture could be decoded: check it with ffprobe")
        }
        guard !quiet else { return }
        if missing > 0 {
            Console.say("\(finder.name): \(missing) of \(pieces.count) pictures could not be decoded")
        }
    }
}
