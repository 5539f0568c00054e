import Foundation
import TestSupport
import Testing

/// A film that breaks off counts as far as it goes, and every `scened train` that reads it says so.
@Suite struct TrainDamagedFilmTests {
    /// `TORN` is the film, `WHOLE` another one, `TABLE` says that they are alike, `MODEL` looks at pictures.
    static let commands = [
        "finetune TORN --epochs 1",
        "pretrain TORN --epochs 1 --width 16 --heads 2 --neighbors 2",
        "contextualizer TORN",
        "encoder TORN --clip 4x2 --side 32 --batch 4 --epochs 1 --optimizer adamw --width 2 --blocks 1,1,1,1",
        "scenes TORN WHOLE --similar TABLE --window 2 --held-out 0 --estimate",
        "scenes TORN WHOLE --similar TABLE --from MODEL --window 2 --held-out 0 --estimate",
    ]

    @Test(arguments: commands)
    func isSaid(command: String) throws {
        let folder = try Scratch.emptyFolder()
        let whole = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("cuts.mp4")))
        let torn = folder.appending(path: "torn.mp4").path
        try whole.prefix(whole.count * 6 / 10).write(to: URL(fileURLWithPath: torn))
        let table = folder.appending(path: "pairs.csv").path
        try "recording,similar\ntorn,dissolve\n".write(toFile: table, atomically: true, encoding: .utf8)
        let model = folder.appending(path: "patches.safetensors").path
        if command.contains("MODEL") {
            let weights = Program.repository.appending(path: "fixtures/scenes/patches.safetensors").path
            let made = try Program.run(["model", "scene-encoder", weights, "--output", model, "--shots", "3"])
            #expect(made.status == 0, "\(made.errors)")
        }
        let names = ["TORN": torn, "WHOLE": Fixtures.path("dissolve.mp4"), "TABLE": table, "MODEL": model]
        let words = command.split(separator: " ").map { names[String($0)] ?? String($0) }
        let outcome = try Program.run(
            ["train"] + words + ["--output", folder.appending(path: "m.safetensors").path])
        let notes = outcome.errorLines.filter { $0.contains("film '\(torn)' broke off and counts up to") }
        #expect(notes.count == 1, "\(outcome.errors)")
    }
}
