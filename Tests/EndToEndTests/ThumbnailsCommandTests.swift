import Foundation
import TestSupport
import Testing

/// `scened thumbnails`: pictures, contact sheets and sprites.
@Suite struct ThumbnailsCommandTests {
    private func run(_ arguments: [String], clip: String = "cuts.mp4") throws -> (Program.Outcome, URL) {
        let folder = try Scratch.emptyFolder().appending(path: "out")
        let outcome = try Program.run(
            ["thumbnails", Fixtures.path(clip), try CutFilm.events(clip), "--output", folder.path] + arguments
        )
        return (outcome, folder)
    }

    private func size(_ file: URL) throws -> String {
        try ExternalTool.run([
            "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0",
            file.path,
        ]).output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Mean of the three colors of a picture, or of a part of it.
    private func color(_ file: URL, _ crop: String = "iw:ih:0:0") throws -> [Int] {
        let raw = Scratch.path("rgb")
        let run = try ExternalTool.run([
            "ffmpeg", "-nostdin", "-v", "error", "-y", "-i", file.path, "-vf",
            "crop=\(crop),scale=1:1:flags=area",
            "-f", "rawvideo", "-pix_fmt", "rgb24", raw.path,
        ])
        #expect(run.status == 0, "\(run.errors)")
        return [UInt8](try Data(contentsOf: raw)).map(Int.init)
    }

    /// Scenes of the fixture are warm, cool and green.
    private func isOfScene(_ number: Int, _ color: [Int]) -> Bool {
        switch number {
        case 1: color[0] > color[2]
        case 2: color[2] > color[0]
        default: color[1] > color[0] && color[1] > color[2]
        }
    }

    @Test(arguments: ["cuts.mp4", "cuts_mpeg2.ts", "groups_open.ts", "cuts.webm", "cuts.avi"])
    func aPictureOfEachScene(_ clip: String) throws {
        let (outcome, folder) = try run(["--width", "96"], clip: clip)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["scene-001.jpg", "scene-002.jpg", "scene-003.jpg"])
        for (number, name) in names.enumerated() {
            #expect(try size(folder.appending(path: name)) == "mjpeg,96,54")
            #expect(isOfScene(number + 1, try color(folder.appending(path: name))), "\(name)")
        }
        // Once more into the same folder: nothing is replaced unless asked.
        let arguments = [
            "thumbnails", Fixtures.path(clip), try CutFilm.events(clip), "--width", "96", "--output",
            folder.path,
        ]
        let bytes = try Data(contentsOf: folder.appending(path: names[0]))
        let refused = try Program.run(arguments)
        #expect(refused.status == 73 && refused.errors.contains("--force"), "\(refused.errors)")
        #expect(try Program.run(arguments + ["--force"]).status == 0)
        #expect(try Data(contentsOf: folder.appending(path: names[0])) == bytes)
    }

    /// Ten shots of one color each, 2 s long, behind one key frame.
    static func oneGroup() throws -> String { try shots("one_group.mp4") }

    /// How films of such shots are encoded. All but the first have a key frame at each cut, without a time in
    /// H.264 and MPEG-4.
    private static let encodings = [
        "one_group.mp4": "-c:v libx264 -preset ultrafast -bf 2 -g 1000 -sc_threshold 0",
        "shots.avi": "-c:v libx264 -preset ultrafast -bf 2 -g 50 -sc_threshold 0",
        "shots.wmv": "-c:v libx264 -preset ultrafast -bf 2 -g 50 -sc_threshold 0 -f asf",
        "shots_packed.avi": "-c:v libxvid -bf 2 -q:v 2 -g 50",
        "shots.mxf": "-c:v mpeg2video -bf 2 -q:v 2 -g 15",
    ]

    private static func shots(_ name: String) throws -> String {
        let encoding = try #require(encodings[name])
        let inputs = colors.map { "-f lavfi -i color=\($0.name):s=96x54:r=25:d=2" }.joined(separator: " ")
        return try Fixtures.film(
            name,
            "ffmpeg -nostdin -v error -y \(inputs) -lavfi concat=n=10:v=1 \(encoding) -pix_fmt yuv420p \"$1\""
        ).path
    }

    private static let colors: [(name: String, color: [Int])] = [
        ("red", [255, 0, 0]), ("lime", [0, 255, 0]), ("blue", [0, 0, 255]), ("yellow", [255, 255, 0]),
        ("cyan", [0, 255, 255]), ("magenta", [255, 0, 255]), ("orange", [255, 165, 0]),
        ("navy", [0, 0, 128]), ("teal", [0, 128, 128]), ("white", [255, 255, 255]),
    ]

    /// However far a picture lies behind its key frame, and whether or not the film tells when key frames are
    /// shown.
    @Test(arguments: encodings.keys.sorted())
    func picturesAreOfTheirShot(_ name: String) throws {
        let film = try Self.shots(name)
        let folder = try Scratch.emptyFolder().appending(path: "out")
        let outcome = try Program.run([
            "thumbnails", film, try CutFilm.events(name), "--of", "shots", "--output", folder.path,
        ])
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names.count == Self.colors.count)
        for (name, expected) in zip(names, Self.colors) {
            let shown = try color(folder.appending(path: name))
            #expect(zip(shown, expected.color).allSatisfy { abs($0 - $1) < 10 }, "\(name): \(shown)")
        }
    }

    /// Of a film that goes on in another one, or whose clock is set back, no picture is taken for another.
    @Test(arguments: ["two_segments.mkv", "restart.ts", "chained.ogv"])
    func picturesThatCannotBeHadAreCounted(_ clip: String) throws {
        let (outcome, folder) = try run(["--of", "shots"], clip: clip)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.errorLines.map { $0.hasSuffix("2 of 4 pictures could not be decoded") } == [true],
            "\(outcome.errors)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "shot-001.jpg", "shot-002.jpg",
            ])
    }

    @Test func spritesAndTheirCues() throws {
        let (outcome, folder) = try run(["--of", "shots", "--sprite", "--width", "64"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "sprite-0.jpg", "sprite.vtt",
            ])
        let sprite = folder.appending(path: "sprite-0.jpg")
        #expect(try size(sprite) == "mjpeg,640,36")
        let text = try String(contentsOf: folder.appending(path: "sprite.vtt"), encoding: .utf8)
        #expect(text.hasPrefix("WEBVTT\n\n00:00:00.000 --> 00:00:01.600\nsprite-0.jpg#xywh=0,0,64,36\n"))
        let cues = text.matches(of: #/#xywh=(\d+),(\d+),(\d+),(\d+)/#)
        #expect(cues.count == 10)
        // Shots 0 to 3 are of the first scene, 4 to 6 of the second.
        for (number, cue) in cues.enumerated() {
            let scene = number < 4 ? 1 : number < 7 ? 2 : 3
            let part = "\(cue.3):\(cue.4):\(cue.1):\(cue.2)"
            #expect(isOfScene(scene, try color(sprite, part)), "shot \(number)")
        }
        // FFmpeg reads the cues.
        let read = try ExternalTool.run([
            "ffprobe", "-v", "error", "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0",
            folder.appending(path: "sprite.vtt").path,
        ])
        #expect(read.output.split(separator: "\n").first == "0.000000,1.600000", "\(read.output)")
    }

    @Test func contactSheets() throws {
        let (outcome, folder) = try run(["--of", "shots", "--sheet", "--width", "80", "--quiet"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try size(folder.appending(path: "sheet-0.jpg")) == "mjpeg,400,90")
    }

    @Test(arguments: [
        ("thumbnails film.mp4 film.jsonl -o out --width 5", Int32(64), "16 to 4096"),
        ("thumbnails film.mp4 film.jsonl -o out --sheet --sprite", 64, "exclude each other"),
        ("thumbnails nowhere.mp4 film.jsonl -o out", 66, "check the path"),
        ("thumbnails - film.jsonl -o out", 66, "give a file"),
        ("thumbnails fifo film.jsonl -o out", 66, "give a file"),
        ("thumbnails text.txt film.jsonl -o out", 66, "not a video format"),
        ("thumbnails film.mp4 film.mp4 -o out", 65, "JSON"),
        ("thumbnails film.mp4 flat.jsonl -o out", 65, "not give the size of the pictures"),
        ("thumbnails film.mp4 vast.jsonl -o out", 65, "not give the size of the pictures"),
        ("thumbnails film.mp4 film.jsonl -o no/where", 73, "create the folder"),
        ("thumbnails film.mp4 film.jsonl -o film.mp4", 73, "give the name of a folder"),
    ])
    func refusesInOneLine(_ line: String, _ status: Int32, _ message: String) throws {
        let sizes = """
            sed 's/"width":[0-9]*/"width":0/' film.jsonl > flat.jsonl
            sed 's/"height":[0-9]*/"height":9007199254740991/' film.jsonl > vast.jsonl

            """
        let outcome = try Program.shell(try SplitCommandTests.setUp() + sizes + "scened \(line)")
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1 || status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
