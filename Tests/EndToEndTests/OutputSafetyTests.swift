import Foundation
import TestSupport
import Testing

/// No command writes over what it reads, twice into one file, or over a film; and a file has its name once it
/// is whole.
@Suite struct OutputSafetyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        /// A shell line in a folder with what `setUp` makes.
        var line: String
        var status: Int32 = 64
        /// What the one line on standard error says.
        var message = "would overwrite it"
        /// Nothing can be said where standard error is the film.
        var isSilent = false
        var testDescription: String { line }
    }

    private static let setUp = """
        cp "$CLIP" film.mp4; cp "$CLIP" other.mp4
        ln -s film.mp4 link.mp4; ln film.mp4 hard.mp4; ln -s . here; mkdir folder; ln film.mp4 folder/a.mp4
        printf '40\\n85\\n' > list.txt; mkfifo fifo
        cp "$FIXTURES/crn/descriptor_k2.safetensors" model.safetensors
        cp "$FIXTURES/export/film.events.jsonl" film.jsonl
        cp "$FIXTURES/evaluation/films.json" films.json; cp "$FIXTURES/evaluation/film.cuts.json" cuts.json
        cp "$FIXTURES/evaluation/film.detected.txt" detected.txt
        printf '{"start":0,"end":2,"embedding":[1,0]}\\n{"start":2,"end":4,"embedding":[0,1]}\\n' > lines.jsonl
        sum() { find . -maxdepth 2 -type f | sort | xargs md5sum; }

        """

    static let refused: [Case] = [
        // By any path, link or descriptor.
        Case(line: "scened segment film.mp4 -o film.mp4"), Case(line: "scened segment film.mp4 -o link.mp4"),
        Case(line: "scened segment link.mp4 -o hard.mp4"),
        Case(line: "scened segment film.mp4 -o here/here/film.mp4"),
        Case(line: "scened segment film.mp4 -o \"$PWD/folder/../film.mp4\""),
        Case(line: "scened segment file:film.mp4 -o film.mp4"),
        Case(line: "scened segment - -o film.mp4 < film.mp4"),
        Case(line: "scened segment /dev/stdin -o film.mp4 < film.mp4"),
        Case(line: "scened segment film.mp4 -o /dev/fd/3 3<> film.mp4"),
        Case(line: "scened segment /proc/self/fd/3 -o film.mp4 3< film.mp4"),
        Case(line: "scened segment film.mp4 >> film.mp4"), Case(line: "scened segment film.mp4 1<> link.mp4"),
        Case(line: "scened segment film.mp4 2>> film.mp4", isSilent: true),
        Case(line: "scened segment film.mp4 -o out 2> out", message: "is the file of standard error"),
        Case(line: "scened segment fifo -o fifo"),
        // In every command.
        Case(line: "scened segment film.mp4 --shots list.txt -o list.txt"),
        Case(line: "scened segment film.mp4 --shots - -o list.txt < list.txt"),
        Case(line: "scened segment film.mp4 --model model.safetensors -o model.safetensors"),
        Case(line: "scened shots film.mp4 -o hard.mp4"), Case(line: "scened shots film.mp4 --stats film.mp4"),
        Case(
            line: "scened shots film.mp4 --to csv --stats x -o x",
            message: "--output and --stats are the same file"),
        Case(line: "scened shots film.mp4 --stats new -o here/new", message: "are the same file"),
        Case(line: "scened shots film.mp4 --stats /dev/stdout | cat", message: "are the same file"),
        Case(line: "scened shots film.mp4 --shots list.txt --to csv -o list.txt"),
        Case(line: "scened watch film.mp4 -o film.mp4"),
        Case(line: "scened watch film.mp4 --follow >> film.mp4"),
        Case(line: "cp film.mp4 film.npz; scened embed film.npz -o film.npz"),
        Case(line: "scened score lines.jsonl -o lines.jsonl"),
        Case(line: "scened score - -o lines.jsonl < lines.jsonl"),
        Case(line: "scened score lines.jsonl --model model.safetensors -o model.safetensors"),
        Case(line: "scened export film.jsonl --to csv -o film.jsonl"),
        Case(line: "scened export film.jsonl --to csv >> film.jsonl"),
        Case(line: "scened model import model.safetensors -o here/model.safetensors"),
        Case(line: "scened model info model.safetensors >> model.safetensors"),
        Case(line: "scened model verify model.safetensors >> model.safetensors"),
        Case(line: "scened evaluate --truth films.json --detected films.json -o films.json"),
        Case(line: "scened evaluate --truth films.json --detected films.json --curve films.json"),
        Case(
            line: "scened evaluate --truth films.json --detected films.json --curve x -o x",
            message: "are the same file"),
        Case(line: "scened evaluate --truth . --detected films.json -o films.json"),
        Case(line: "scened evaluate shots --truth cuts.json --detected detected.txt -o detected.txt"),
        Case(line: "scened train finetune model.safetensors -o model.safetensors"),
        Case(line: "scened train finetune film.mp4 --from model.safetensors -o model.safetensors"),
        Case(
            line:
                "scened train finetune film.mp4 --labels cuts.json --validate here/model.safetensors -o model.safetensors"
        ),
        Case(line: "scened train pretrain . -o model.safetensors"),
        Case(
            line: "scened train pretrain lines.jsonl --run . -o checkpoint.safetensors",
            message: "are the same file"),
        // What no command writes is not replaced.
        Case(line: "scened segment film.mp4 -o other.mp4", status: 73, message: "holds pictures or sound"),
        Case(line: "scened shots film.mp4 --stats other.mp4", status: 73, message: "holds pictures or sound"),
        Case(
            line: "scened export film.jsonl --to edl -o folder/a.mp4", status: 73,
            message: "holds pictures or sound"),
        // Before hours of work, not after.
        Case(line: "scened embed film.mp4 -o /nowhere/a.npz", status: 73, message: "--output"),
        Case(line: "scened segment film.mp4 -o folder", status: 73, message: "is a folder"),
    ]

    @Test(arguments: refused)
    func nothingIsWritten(_ testCase: Case) throws {
        let folder = try Scratch.emptyFolder()
        let outcome = try Program.shell(
            """
            CLIP='\(Fixtures.path("cuts.mp4"))'; FIXTURES='\(Program.repository.path)/fixtures'; cd '\(folder.path)'
            \(Self.setUp)
            cp film.mp4 film.npz; sum > ../\(folder.lastPathComponent).before
            status=0; { \(testCase.line) ; } || status=$?
            rm -f out new x; sum > ../\(folder.lastPathComponent).after
            cmp ../\(folder.lastPathComponent).before ../\(folder.lastPathComponent).after || status=1
            exit $status
            """)
        #expect(outcome.status == testCase.status, "\(outcome.output)\(outcome.errors)")
        guard !testCase.isSilent else { return }
        // Where standard error was redirected, the line is there.
        guard !testCase.line.contains("2> out") else { return }
        #expect(outcome.errorLines.count == 1 && outcome.output.isEmpty, "\(outcome.errors)\(outcome.output)")
        #expect(outcome.errors.contains(testCase.message), "\(outcome.errors)")
    }

    /// What looks alike and is no fault.
    @Test(arguments: [
        "scened shots film.mp4 -o new --stats other", "scened shots film.mp4 > new 2>&1",
        "scened shots film.mp4 -o /dev/null --stats /dev/null", "scened shots - -o new < film.mp4",
        "cat film.mp4 | scened shots - | cat > new", "scened shots film.mp4 -o /dev/stdout > new",
        "echo older > new; scened shots film.mp4 -o new",
        "scened shots film.mp4 --stats /dev/fd/3 3> new > other",
        "scened segment film.mp4 --model builtin:relational -o builtin:relational",
    ])
    func whatMayBeWritten(line: String) throws {
        let folder = try Scratch.emptyFolder()
        let outcome = try Program.shell(
            "cd '\(folder.path)'; cp '\(Fixtures.path("cuts.mp4"))' film.mp4 || exit 1; \(line); status=$?; "
                + "ls -A | grep partial; exit $status")
        #expect(
            outcome.status == 0 && !outcome.output.contains("partial"), "\(outcome.errors)\(outcome.output)")
    }

    /// While a film is read, its events stand beside their place; a run that is stopped completes them, one
    /// that is killed leaves no file that looks finished.
    @Test(arguments: [SIGTERM, SIGKILL])
    func stoppedAndKilledRuns(signal: Int32) throws {
        let folder = try Scratch.emptyFolder()
        let file = folder.appending(path: "film.jsonl")
        try Data("older".utf8).write(to: file)
        let run = try LiveRun(["shots", "-", "--quiet", "--output", file.path, "--stats", "/dev/stdout"])
        // Half of it: the rest of the statistics stay in the pipe.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("cuts.ts")))
        try run.write(bytes.prefix(bytes.count / 2))
        // A row of statistics, which is no event: both outputs are open.
        #expect(run.nextEvent() == nil)
        func partial() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
                $0.hasSuffix(".partial")
            }
        }
        #expect(try partial().count == 1)
        #expect(try String(contentsOf: file, encoding: .utf8) == "older")
        run.send(signal: signal)
        let ending = try run.wait()
        let text = try String(contentsOf: file, encoding: .utf8)
        if signal == SIGKILL {
            #expect(text == "older")
        } else {
            #expect(ending.status == 143)
            #expect(text.contains("\"type\":\"stream_end\"") && text.hasSuffix("}\n"))
            #expect(try partial() == [])
        }
    }

    /// A file that broke off: the events are complete, with the status that says so.
    @Test func brokenFilmsKeepTheirResults() throws {
        let file = try Scratch.emptyFolder().appending(path: "film.jsonl")
        let outcome = try Program.run(["segment", Fixtures.path("truncated.mp4"), "--quiet", "-o", file.path])
        #expect(outcome.status == 74 && outcome.errors.contains("truncated.mp4: "), "\(outcome.errors)")
        #expect(try String(contentsOf: file, encoding: .utf8).contains("\"reason\":\"damaged\""))
    }

    /// A limit on file sizes is an error of one line, and leaves nothing.
    @Test func limitsOnSizes() throws {
        let folder = try Scratch.emptyFolder()
        let outcome = try Program.shell(
            "cd '\(folder.path)'; ulimit -f 1; scened segment '\(Fixtures.path("cuts.mp4"))' --quiet -o a; status=$?; "
                + "ls -A; exit $status")
        #expect(outcome.status == 73 && outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("ulimit -f"), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }
}
