import Foundation
import TestSupport
import Testing

/// The tools that measure, compose and check: that they start without packages, notice what is wrong, and say
/// what is missing. `Tests/ToolTests` holds the tests; those that need NumPy are skipped where it is missing.
@Suite struct ToolFaultTests {
    private static let tests = Program.repository.appending(path: "Tests/ToolTests").path

    @Test(
        .enabled(
            if: ExternalTool.hasPython && ExternalTool.isThere("ffmpeg"),
            "python3 or ffmpeg is not installed"))
    func toolsNoticeWhatIsWrong() throws {
        // The one that scripts/setup --test gives NumPy and Pillow.
        let venv = Program.repository.appending(path: ".build/venv/bin/python").path
        let python = FileManager.default.isExecutableFile(atPath: venv) ? venv : "python3"
        let result = try ExternalTool.run(
            [python, "-B", "-m", "unittest", "discover", "--start-directory", Self.tests],
            environment: ["SCENED": Program.scened.path])
        #expect(result.status == 0, "\(result.errors)")
        // unittest tells its count on standard error.
        #expect(!result.errors.contains("Ran 0 tests"))
    }

    /// The table of wrong commands is what the program says: status and words.
    @Test func wrongCommandsSayWhatThePageSays() throws {
        let page = try String(
            contentsOf: Program.repository.appending(path: "docs/measurements/first-contact.md"),
            encoding: .utf8)
        let rows = page.split(separator: "\n")
            .drop { !$0.hasPrefix("| `scened` and") }.dropFirst(2).prefix { $0.hasPrefix("| `") }
        #expect(rows.count == 30)
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for row in rows {
            let cells = row.dropFirst(2).dropLast(2).components(separatedBy: " | ")
            try #require(cells.count == 3, "\(row)")
            let command = cells[0].trimmingCharacters(in: ["`"])
            let message = cells[2].replacingOccurrences(of: "\\<", with: "<")
                .replacingOccurrences(of: "FOLDER", with: folder.path)
            let outcome = try Program.shell("cd '\(folder.path)' && scened \(command) < /dev/null")
            #expect(outcome.status == Int32(cells[1]), "\(command): \(outcome.errors)")
            #expect(outcome.errors.contains(message), "\(command): \(outcome.errors)")
        }
    }

    /// The files that the page names.
    private static func folder() throws -> URL {
        let folder = try Files.temporaryFolder().resolvingSymlinksInPath()
        let film = try Fixtures.demo().path
        let made = try ExternalTool.run([
            "bash", "-ec",
            """
            cd "$1"
            cp "$2" film.mp4; cp "$2" other.mp4
            ffmpeg -v error -i film.mp4 -map 0:v:0 -c copy -movflags +faststart whole.mp4
            head -c $(($(stat -c %s whole.mp4) * 2 / 3)) whole.mp4 > cut.mp4
            ffmpeg -v error -f lavfi -i sine=duration=2 -c:a aac audio.m4a
            : > empty.mp4
            yes 'These are notes, and no film.' | head -n 120 > notes.txt
            "$3" segment film.mp4 --quiet --output film.jsonl
            """, "bash", folder.path, film, Program.scened.path,
        ])
        try #require(made.status == 0, "\(made.errors)")
        return folder
    }
}
