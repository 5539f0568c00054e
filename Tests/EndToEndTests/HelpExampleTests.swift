import Foundation
import TestSupport
import Testing

/// The examples that `--help` shows work as they stand.
@Suite struct HelpExampleTests {
    @Test(arguments: [("adbreaks", 2), ("chapters", 3), ("split", 4), ("thumbnails", 3)])
    func examplesWork(_ command: String, _ count: Int) throws {
        let outcome = try Program.shell(
            """
            cd '\(try Scratch.emptyFolder().path)'
            cp '\(Fixtures.path("cuts.mp4"))' film.mp4; cp '\(try CutFilm.events("cuts.mp4"))' film.jsonl
            COLUMNS=500 scened \(command) --help | sed -n 's/^  *\\(scened .*\\)$/\\1/p' > lines
            while IFS= read -r line; do
                eval "$line" < /dev/null > out 2> errors || { echo "$line"; cat errors; }
            done < lines
            wc -l < lines
            """)
        #expect(outcome.output == "\(count)\n", "\(outcome.output)")
    }
}
