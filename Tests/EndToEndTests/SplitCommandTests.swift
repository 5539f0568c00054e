import Foundation
import TestSupport
import Testing

/// `scened split`: every picture of the film in one file, and each file decodes by itself.
@Suite struct SplitCommandTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var clip: String
        var isExact: Bool
        var container = "same"
        var shots = false
        var testDescription: String { "\(clip) \(isExact ? "exact" : "copied") to \(container)" }
    }

    /// Codecs, B-pictures, open groups, rates that vary, 10 bits, edit lists, sound that begins first, clocks
    /// that do not begin at 0.
    static let cases: [Case] = [
        Case(clip: "cuts.mp4", isExact: true, container: "ts"),
        Case(clip: "groups_leading.mp4", isExact: false, shots: true),
        Case(clip: "groups_leading.mp4", isExact: true), Case(clip: "groups_open.ts", isExact: false),
        Case(clip: "groups_vfr.mp4", isExact: true),
        Case(clip: "cuts_hevc.mp4", isExact: false),
        Case(clip: "cuts_hevc.mp4", isExact: true, container: "ts"),
        Case(clip: "cuts_mpeg2.ts", isExact: false),
        Case(clip: "cuts_mpeg2.ts", isExact: true, container: "mkv"), Case(clip: "cuts.webm", isExact: false),
        Case(clip: "edit_list.mp4", isExact: true, shots: true),
        Case(clip: "edit_list.mp4", isExact: false, container: "mkv", shots: true),
        Case(clip: "wrap.ts", isExact: false, shots: true),
    ]

    /// A line of `--list`.
    struct Row: Decodable {
        var numbers: [Int]
        var file: String
        var start: Double
        var end: Double
        var pictures: Int
        var encoded: Int
        var moved: Double
    }

    static func rows(_ text: String) throws -> [Row] {
        try text.split(separator: "\n").map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
    }

    /// What tells pieces apart stays in their names, however many bytes the film's name has.
    @Test(arguments: ["\u{fc}", "\u{5834}", "a"])
    func longNamesOfFilms(letter: String) throws {
        let folder = try Scratch.emptyFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let film = folder.appending(path: String(repeating: letter, count: 240 / letter.utf8.count) + ".mp4")
        try FileManager.default.copyItem(atPath: Fixtures.path("cuts.mp4"), toPath: film.path)
        let outcome = try Program.run([
            "split", film.path, try CutFilm.events("cuts.mp4"), "--of", "shots", "--list", "--output",
            folder.path,
        ])
        let names = try Self.rows(outcome.output).map { URL(filePath: $0.file).lastPathComponent }
        #expect(outcome.status == 0 && names.count > 3, "\(outcome.errors)")
        #expect(Set(names).count == names.count && names.allSatisfy { $0.utf8.count <= 210 }, "\(names)")
        #expect(names.first?.contains("001") == true, "\(names)")
    }

    @Test(arguments: cases)
    func picturesAreConserved(_ testCase: Case) throws {
        let film = Fixtures.path(testCase.clip)
        let folder = try Scratch.emptyFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let arguments =
            [
                "split", film, try CutFilm.events(testCase.clip), "--output", folder.path, "--to",
                testCase.container,
            ] + (testCase.isExact ? ["--exact"] : []) + (testCase.shots ? ["--of", "shots"] : [])
        let listed = try Program.run(arguments + ["--list"])
        #expect(listed.status == 0, "\(listed.errors)")
        let rows = try Self.rows(listed.output)
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                == rows.map { URL(filePath: $0.file).lastPathComponent }.sorted())
        let whole = try CutFilm.pictures(film)
        var first = 0
        for row in rows {
            let pictures = try CutFilm.pictures(row.file)
            #expect(pictures.count == row.pictures, "\(row.file)")
            let own = whole[first..<min(first + row.pictures, whole.count)]
            let equal = zip(pictures, own).count { $0 == $1 }
            // Copied pictures are the film's to the bit.
            #expect(equal >= row.pictures - row.encoded, "\(row.file)")
            if row.encoded > 0 {
                #expect(try CutFilm.worst(row.file, against: film, from: first) > 36, "\(row.file)")
            }
            if testCase.isExact { #expect(row.moved == 0) }
            first += row.pictures
        }
        #expect(first == whole.count)
    }

    /// Films that state a presentation time for few of their pictures, or (MXF) in an index at their end, by
    /// the arguments of `ffmpeg` that make them of `cuts.mp4`.
    static let sparseFilms = [
        "sparse.mpg": "-c:v mpeg2video -bf 2 -q:v 4 -g 15 -f mpeg",
        "sparse.vob": "-c:v mpeg2video -bf 2 -q:v 4 -g 15 -f vob",
        "sparse_mpeg1.mpg": "-c:v mpeg1video -bf 2 -q:v 4 -g 15 -f mpeg",
        "sparse.avi": "-c:v mpeg4 -bf 2 -q:v 4 -g 15 -f avi",
        "sparse.m2v": "-c:v mpeg2video -bf 2 -q:v 4 -g 15 -f mpeg2video",
        "sparse.mxf": "-c:v mpeg2video -bf 2 -q:v 4 -g 15 -f mxf",
    ]

    /// Makes one of them, once, beside the fixtures.
    static func sparse(_ name: String) throws -> String {
        let arguments = try #require(sparseFilms[name])
        return try Fixtures.film(
            name,
            "ffmpeg -nostdin -v error -y -i '\(Fixtures.path("cuts.mp4"))' -an \(arguments) \"$1\" "
                + "2>/dev/null"
        ).path
    }

    static let sparseCases: [Case] = [
        Case(clip: "sparse.mpg", isExact: true, container: "mp4", shots: true),
        Case(clip: "sparse.mpg", isExact: false, shots: true),
        Case(clip: "sparse.vob", isExact: true, shots: true),
        Case(clip: "sparse.vob", isExact: false, container: "ts"),
        Case(clip: "sparse_mpeg1.mpg", isExact: false, shots: true),
        Case(clip: "sparse.avi", isExact: false, shots: true),
        Case(clip: "sparse.mxf", isExact: true, shots: true),
    ]

    /// Times that the container does not state follow from the order of decoding.
    @Test(arguments: sparseCases)
    func picturesWithoutTimesAreConserved(_ testCase: Case) throws {
        let film = try Self.sparse(testCase.clip)
        try picturesAreConserved(testCase)
        guard testCase.isExact else { return }
        let listed = try Program.run([
            "split", film, try CutFilm.events(testCase.clip), "--of", "shots", "--exact", "--list",
        ])
        let truth = try Fixtures.truth("cuts.mp4")
        let ends = truth.cuts + [truth.frames]
        #expect(try Self.rows(listed.output).map(\.pictures) == zip(ends, [0] + truth.cuts).map { $0 - $1 })
    }

    /// Pictures of H.264 come in any order: without times nothing is written, and the remedy works.
    @Test func untimedPicturesAreRefused() throws {
        let outcome = try Program.shell(
            """
            cd '\(try Scratch.emptyFolder().path)'
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.mp4"))' -c copy film.avi
            scened segment film.avi --quiet --min-scene 1 --output film.jsonl
            for line in "split film.avi film.jsonl -o out" "split film.avi film.jsonl --exact -o out" \
                "chapters film.avi film.jsonl -o a.mp4" "chapters film.avi film.jsonl -o a.mkv"; do
                scened $line; echo $?
            done
            ls -A | grep -E '^a\\.|partial'
            ffmpeg -nostdin -v error -i film.avi -c:v libx264 -c:a copy new.mkv
            scened segment new.mkv --quiet --min-scene 1 --output new.jsonl
            scened split new.mkv new.jsonl --exact --quiet -o out; echo $?
            scened chapters new.mkv new.jsonl -o a.mkv; echo $?
            """)
        #expect(outcome.lines == ["65", "65", "65", "65", "0", "0"], "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errorLines.count == 4, "\(outcome.errors)")
        #expect(
            outcome.errorLines.allSatisfy {
                $0.contains("no times of their own") && $0.contains("-c:v libx264 -c:a copy OUT.mkv")
            }, "\(outcome.errors)")
    }

    /// Packed B-frames have no packets of their own: nothing is written, and the remedy works.
    @Test func packedPicturesAreRefused() throws {
        let outcome = try Program.shell(
            """
            cd '\(try Scratch.emptyFolder().path)'
            count() { ffmpeg -nostdin -v quiet -i "$1" -vsync passthrough -f framemd5 - | grep -vc '#'; }
            ffmpeg -nostdin -v quiet -i '\(Fixtures.path("cuts.mp4"))' -an -c:v libxvid -bf 2 -q:v 4 film.avi
            scened segment film.avi --quiet --min-scene 1 --output film.jsonl
            for line in "split film.avi film.jsonl -o out" "chapters film.avi film.jsonl -o a.mkv"; do
                scened $line; echo $?
            done
            ls -A | grep -E '^a\\.|partial'
            ffmpeg -nostdin -v quiet -i film.avi -c copy -bsf:v mpeg4_unpack_bframes new.avi
            scened segment new.avi --quiet --min-scene 1 --output new.jsonl
            scened split new.avi new.jsonl --of shots --quiet -o out; echo $?
            sum=0; for file in out/*; do sum=$((sum + $(count $file))); done
            [ $sum = $(count film.avi) ] && echo all
            """)
        #expect(outcome.lines == ["65", "65", "0", "all"], "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errorLines.count == 2, "\(outcome.errors)")
        #expect(
            outcome.errorLines.allSatisfy { $0.contains("-c copy -bsf:v mpeg4_unpack_bframes OUT.avi") },
            "\(outcome.errors)")
    }

    /// Where a container does not take the video, one that does is named, if there is one.
    @Test func anotherContainerIsNamed() throws {
        let outcome = try Program.shell(
            """
            cd '\(try Scratch.emptyFolder().path)'
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.mp4"))' -t 4 film.gif
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.mp4"))' -t 4 -an -s 128x128 -r 30 -c:v roqvideo \
                film.roq 2>/dev/null
            for film in film.gif film.roq; do
                scened segment $film --quiet --min-scene 1 --output $film.jsonl
                scened split $film $film.jsonl --to mkv -o out; echo $?
                scened chapters $film $film.jsonl -o a.mkv; echo $?
            done
            scened split film.gif film.gif.jsonl --to mov --quiet -o out; echo $?
            scened chapters film.gif film.gif.jsonl -o a.mov; echo $?
            """)
        #expect(outcome.lines == ["65", "65", "65", "65", "0", "0"], "\(outcome.output)\(outcome.errors)")
        let remedies = ["choose --to mov", "a name that ends in .mov", "encode it again", "encode it again"]
        #expect(outcome.errorLines.count == remedies.count, "\(outcome.errors)")
        for (line, remedy) in zip(outcome.errorLines, remedies) { #expect(line.contains(remedy), "\(line)") }
    }

    /// The fixtures have key frames at most cuts; here none is, and scenes are asked for.
    @Test func exactScenesBeginWhereTheyShould() throws {
        let folder = try Scratch.emptyFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (film, events) = (Fixtures.path("groups_open.mp4"), try CutFilm.events("groups_open.mp4"))
        let outcome = try Program.run(["split", film, events, "--exact", "--output", folder.path])
        #expect(outcome.status == 0 && outcome.errorLines.count == 1, "\(outcome.errors)")
        let counts = try (1...3).map {
            try CutFilm.pictures(folder.appending(path: "groups_open-scene-00\($0).mp4").path).count
        }
        let scenes = try #require(Fixtures.truth("groups_open.mp4").scenes)
        #expect(counts == [scenes[0], scenes[1] - scenes[0], 400 - scenes[1]])
    }

    /// Packets of sound are all there, in order, each in one file.
    @Test func soundIsConserved() throws {
        let film = Fixtures.path("delayed.mkv")
        let folder = try Scratch.emptyFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let arguments = [
            "split", film, try CutFilm.events("delayed.mkv"), "--of", "shots", "--output", folder.path,
        ]
        #expect(try Program.run(arguments + ["--quiet"]).status == 0)
        let rows = try Self.rows(Program.run(arguments + ["--list"]).output)
        #expect(rows.count > 2)
        let parts = try rows.flatMap { try CutFilm.packets($0.file, "a:0") }
        #expect(try parts == CutFilm.packets(film, "a:0"))
    }

    @Test func namesAndLengths() throws {
        let folder = try Scratch.emptyFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let film = folder.appending(path: "my film; \"x\".mp4")
        try FileManager.default.copyItem(atPath: Fixtures.path("cuts.mp4"), toPath: film.path)
        let outcome = try Program.run([
            "split", film.path, try CutFilm.events("cuts.mp4"), "--output", folder.path, "--name",
            "../{film}/{number} {{{kind}}} {start} {timecode}", "--longer-than", "4.9s", "--shorter-than",
            "6s",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        // Scene 1 lasts 6.6 s, scene 2 5 s, scene 3 4.4 s.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "_my film. _x__002 {scene} 0.00.06.600 00.00.06.15.mp4", "my film; \"x\".mp4",
            ])
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        var line: String
        var status: Int32
        var message: String
        var testDescription: String { line }
    }

    /// A shell line in a folder with `film.mp4`, `film.jsonl` and others.
    static let refusals: [Refusal] = [
        Refusal(line: "split nowhere.mp4 film.jsonl -o out", status: 66, message: "check the path"),
        Refusal(line: "split film.mp4 nowhere.jsonl -o out", status: 66, message: "check the path"),
        Refusal(line: "split - film.jsonl -o out", status: 66, message: "save it"),
        Refusal(line: "split fifo film.jsonl -o out", status: 66, message: "save it to a file"),
        Refusal(line: "split text.txt film.jsonl -o out", status: 66, message: "not a video format"),
        Refusal(line: "split film.mp4 film.mp4 -o out", status: 65, message: "JSON"),
        Refusal(line: "split film.mp4 film.jsonl", status: 64, message: "give --output"),
        Refusal(
            line: "split film.mp4 film.jsonl -o film.jsonl", status: 73, message: "give the name of a folder"),
        Refusal(line: "split film.mp4 film.jsonl -o no/where", status: 73, message: "create the folder"),
        Refusal(line: "split film.mp4 film.jsonl -o /proc", status: 73, message: "cannot write"),
        Refusal(line: "split film.mp4 film.jsonl -o done", status: 73, message: "--force"),
        Refusal(line: "split film.mp4 film.jsonl -o out --name x", status: 64, message: "{number}"),
        Refusal(line: "split film.mp4 film.jsonl -o out --name '{numbr}'", status: 64, message: "fields are"),
        Refusal(line: "split film.mp4 film.jsonl -o out --to avi", status: 64, message: "mkv"),
        Refusal(line: "split film.mp4 film.jsonl -o out --to webm", status: 65, message: "--to mkv"),
        Refusal(
            line: "split film.webm film.webm.jsonl -o out --to mov", status: 65, message: "choose --to mkv"),
        Refusal(line: "split film.mp4 film.jsonl -o out --longer-than x", status: 64, message: "duration"),
        Refusal(
            line: "split film.webm film.webm.jsonl -o out --exact", status: 65, message: "leave out --exact"),
        Refusal(
            line: "split film.mkv film.jsonl -o out", status: 65,
            message: "give the film that the events are of"),
        Refusal(line: "split restart.ts restart.jsonl -o out", status: 65, message: "reset"),
        Refusal(
            line: "ulimit -f 4; scened split film.mp4 film.jsonl -o out", status: 73, message: "ulimit -f"),
    ]

    @Test(arguments: refusals)
    func refusesInOneLine(_ refusal: Refusal) throws {
        let line = refusal.line.hasPrefix("ulimit") ? refusal.line : "scened \(refusal.line)"
        let outcome = try Program.shell(
            try Self.setUp() + "(\(line)); status=$?; ls -A out 2>/dev/null; exit $status")
        #expect(outcome.status == refusal.status, "\(outcome.errors)")
        let lines = outcome.errorLines.filter { !$0.contains("; give the film that the events are of") }
        #expect(lines.count == 1 || refusal.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(refusal.message), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    /// A folder with films and their events.
    static func setUp() throws -> String {
        let folder = try Scratch.emptyFolder()
        return """
            cd '\(folder.path)'
            cp '\(Fixtures.path("cuts.mp4"))' film.mp4; cp '\(Fixtures.path("cuts.mkv"))' film.mkv
            cp '\(Fixtures.path("cuts.webm"))' film.webm; cp '\(Fixtures.path("restart.ts"))' restart.ts
            cp '\(try CutFilm.events("cuts.mp4"))' film.jsonl; cp '\(try CutFilm.events("cuts.webm"))' film.webm.jsonl
            cp '\(try CutFilm.events("restart.ts"))' restart.jsonl
            cp '\(Fixtures.path("text.txt"))' text.txt; mkfifo fifo; mkdir done; touch done/film-scene-002.mp4

            """
    }

    /// Ctrl-C leaves whole files only.
    @Test func stoppedRunsLeaveNoHalfFiles() throws {
        // One key frame: all but the first scene is encoded again, which takes far longer than a look.
        let film = try Fixtures.film(
            "one_key_frame.ts",
            "ffmpeg -nostdin -v error -i \"$demo\" -vf scale=960:-2 "
                + "-c:v libx264 -preset ultrafast -g 100000 -sc_threshold 0 -an -f mpegts \"$1\""
        ).path
        let folder = try Scratch.emptyFolder()
        let outcome = try Program.shell(
            """
            cd '\(folder.path)'
            scened segment '\(film)' --quiet --output film.jsonl
            scened split '\(film)' film.jsonl --exact --output out & run=$!
            until ls out/*.partial >/dev/null 2>&1; do kill -0 $run || exit 1; done
            kill -INT $run; wait $run; echo "status $?"
            ls out | grep partial || echo none
            for file in out/*.ts; do [ ! -e "$file" ] || ffprobe -v error "$file"; done
            """)
        #expect(outcome.output == "status 130\nnone\n", "\(outcome.errors)")
    }
}
