import Foundation
import TestSupport
import Testing

/// What the documentation and the scripts say about training on an archive, as it stands there.
@Suite struct ArchiveCommandTests {
    /// The commands of "Train on your archive", in a folder with the files that they name.
    @Test func trainOnYourArchive() throws {
        let folder = Scratch.path("mine")
        for name in ["archive", "kept-back", "labels"] {
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        for (clip, place) in [
            ("cuts.mp4", "archive/one.mp4"), ("cuts.mkv", "archive/two.mkv"),
            ("cuts.mp4", "film.mp4"),
        ] {
            try FileManager.default.copyItem(
                atPath: Fixtures.path(clip), toPath: folder.appendingPathComponent(place).path)
        }
        // What is kept back must be another film.
        try FileManager.default.copyItem(
            at: Films.scenes(), to: folder.appendingPathComponent("kept-back/three.mp4"))
        for (film, boundaries) in [("one", "165,290"), ("two", "165,290"), ("three", "400,725,1050,1450")] {
            try Data(#"{"fps":25,"boundaries":[\#(boundaries)]}"#.utf8)
                .write(to: folder.appendingPathComponent("labels/\(film).json"))
        }
        let commands = try #require(
            try DocumentedBlock.all(on: "docs/how-to/train.md").first { $0.text.contains("--estimate") }?.text
        )
        #expect(commands.split(separator: "\n").count == 3)
        let outcome = try Program.shell(
            "cd '\(folder.path)'; export XDG_CACHE_HOME=\"$PWD/cache\"; set -e\n\(commands)")
        #expect(outcome.status == 0, "\(outcome.errors)")
        // The first says how long it takes and trains nothing, the second trains, the third uses it.
        #expect(outcome.errors.components(separatedBy: "MB of memory").count == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains("training-free coherence") && !outcome.errors.contains("no film"))
        let start = try #require(outcome.events.first?.fields["model"] as? [String: Any])
        #expect(start["scorer"] as? String == "relational")
        #expect(outcome.events.last?.type == "stream_end")
    }

    /// `tools/train/key-frames` writes three pictures of each shot, which `pretrain --key-frames` takes.
    @Test func keyFramesOfFilms() throws {
        let folder = Scratch.path("keyframes").path
        let script = Program.repository.appendingPathComponent("tools/train/key-frames").path
        let made = try Program.shell("'\(script)' '\(folder)' '\(Fixtures.path("cuts.mp4"))'")
        #expect(made.status == 0, "\(made.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/cuts").sorted()
        let shots = try Fixtures.truth("cuts.mp4").cuts.count + 1
        #expect(
            names
                == (0..<shots).flatMap { shot in
                    (0..<3).map { "shot_\(String(format: "%04d", shot))_img_\($0).jpg" }
                })
        let outcome = try Program.run([
            "train", "pretrain", folder, "--key-frames", "--image-encoder", "resnet18", "--side", "32",
            "--neighbors", "1", "--width", "16", "--heads", "2", "--batch", "4", "--epochs", "1", "--quiet",
            "--output", Scratch.path("seen.safetensors").path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
