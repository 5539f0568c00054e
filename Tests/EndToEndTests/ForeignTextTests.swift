import Foundation
import TestSupport
import Testing

/// Files that were read and are not what an option takes: one line with a remedy that helps, and 65.
@Suite struct ForeignTextTests {
    /// `FILE` stands for a list in Latin-1, `FILM` for a film, `EVENTS` for its events, `MODEL` for a model.
    static let commands = [
        "evaluate scenes --truth FILE --detected EVENTS", "evaluate shots --truth FILE --detected EVENTS",
        "evaluate blocks --truth FILE --detected EVENTS", "shots FILM --quiet --shots FILE",
        "correct EVENTS FILE", "segment FILM --quiet --calibration FILE",
        "model import MODEL --output OUTPUT --genres FILE", "probe train FILE FILM --output OUTPUT",
    ]

    @Test(arguments: commands) func textOfAnotherEncoding(command: String) throws {
        let file = try Scratch.file("latin.txt")
        try Data([0x63, 0x61, 0x66, 0xE9, 0x20, 0x31, 0x0A]).write(to: file)
        let events = Scratch.path("a.jsonl")
        let film = Fixtures.path("cuts.mp4")
        _ = try Program.run(["segment", film, "--quiet", "--output", events.path])
        let words = command.split(separator: " ").map { word in
            switch word {
            case "FILE": file.path
            case "FILM": film
            case "EVENTS": events.path
            case "MODEL": Program.repository.appending(path: "fixtures/encoders/clip.safetensors").path
            case "OUTPUT": Scratch.path("none").path
            default: String(word)
            }
        }
        let outcome = try Program.run(words)
        #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("latin.txt: is not UTF-8 text; save it as UTF-8"), "\(outcome)")
    }

    @Test(arguments: ["model info", "model verify", "segment FILM --quiet --model", "model import"])
    func emptyModels(command: String) throws {
        let file = try Scratch.file("empty.safetensors")
        try Data().write(to: file)
        let words = command.split(separator: " ").map {
            $0 == "FILM" ? Fixtures.path("cuts.mp4") : String($0)
        }
        let output = command == "model import" ? ["--output", Scratch.path("none").path] : []
        let outcome = try Program.run(words + [file.path] + output)
        #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("the file is empty: copy or export the model again"), "\(outcome)")
    }
}
