import Foundation
import TestSupport
import Testing

/// What `scened train` takes: videos, arrays, MovieNet's layout, key frames, and labels by their films'
/// names.
@Suite struct TrainFilmsTests {
    /// Videos are described once: the second run finds them in the cache, and gives the same file.
    @Test func folderOfVideos() throws {
        let folder = Scratch.path("videos")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // A whole second: setting a date keeps no finer one.
        let date = [FileAttributeKey.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)]
        for clip in ["cuts.mp4", "dissolve.mp4"] {
            let path = folder.appendingPathComponent(clip).path
            try FileManager.default.copyItem(atPath: Fixtures.path(clip), toPath: path)
            try FileManager.default.setAttributes(date, ofItemAtPath: path)
        }
        let labels = folder.appendingPathComponent("cuts_scenes.json")
        try Data(#"{"fps":25,"scenes":[{"start_frame":0},{"start_frame":165},{"start_frame":290}]}"#.utf8)
            .write(to: labels)
        let cache = Scratch.path("cache")
        var models: [Data] = []
        for _ in 0..<2 {
            let output = Scratch.path("m.safetensors").path
            let outcome = try TrainRuns.train(
                ["finetune", folder.path, "--labels", labels.path, "--cache", cache.path]
                    + ["--epochs", "3", "--output", output])
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try TrainRuns.bytes(output))
            let kept = try FileManager.default.contentsOfDirectory(atPath: cache.path)
            #expect(kept.count == 2)
            // Were the videos read again, these would fail.
            for clip in ["cuts.mp4", "dissolve.mp4"] where models.count == 1 {
                let path = folder.appendingPathComponent(clip).path
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                let size = try #require(attributes[.size] as? Int)
                try Data(count: size).write(to: URL(fileURLWithPath: path))
                try FileManager.default.setAttributes(date, ofItemAtPath: path)
            }
        }
        #expect(models[0] == models[1])
    }

    /// MovieNet's layout gives what the same films as arrays give.
    @Test func movieNetLayout() throws {
        let (arrays, features) = (Scratch.path("arrays"), Scratch.path("features"))
        try FileManager.default.createDirectory(at: arrays, withIntermediateDirectories: true)
        var random = SmallRandom(state: 4)
        var lines = ""
        for id in ["tt0001", "tt0002"] {
            var film = TinyFilm(scenes: 6, width: 8, using: &random)
            film.durations = film.durations.map { _ in 1 }
            try film.write(to: arrays.appendingPathComponent("\(id).safetensors"), labeled: true)
            try FileManager.default.createDirectory(
                at: features.appendingPathComponent(id), withIntermediateDirectories: true)
            for shot in film.labels.indices {
                let number = String(format: "%04d", shot)
                try film.numPy(shot: shot).write(
                    to: features.appendingPathComponent("\(id)/shot_\(number).npy"))
                // The reference marks the end of a film -1.
                let label = shot == film.labels.count - 1 ? -1 : film.labels[shot] ? 1 : 0
                lines +=
                    "{\"video_id\":\"\(id)\",\"shot_id\":\"\(number)\",\"num_shot\":\(film.labels.count),\"boundary_label\":\(label)}\n"
            }
        }
        let annotations = try Scratch.file("anno.train.ndjson")
        try Data(lines.utf8).write(to: annotations)
        var models: [Data] = []
        for films in [[arrays.path], [features.path, "--movienet", annotations.path]] {
            let output = Scratch.path("m.safetensors").path
            let outcome = try TrainRuns.train(["finetune"] + films + ["--epochs", "3", "--output", output])
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try TrainRuns.bytes(output))
        }
        #expect(models[0] == models[1])
        let twice = try TrainRuns.train(
            ["finetune", features.path, "--movienet", annotations.path, annotations.path]
                + ["--output", Scratch.path("m.safetensors").path])
        #expect(twice.status == 65 && twice.errors.contains("is annotated twice"), "\(twice.errors)")
    }

    /// Key frames in MovieNet's layout: they train an encoder, which then embeds them, and a film.
    @Test func keyFrames() throws {
        let pictures = Scratch.path("keyframes")
        for film in ["tt0001", "tt0002"] {
            let folder = pictures.appendingPathComponent(film).path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let made = try Program.shell(
                "ffmpeg -v error -i '\(Fixtures.path("cuts.mp4"))' -vf 'fps=1,scale=96:54' -start_number 0 '\(folder)/%d.jpg'"
            )
            #expect(made.status == 0, "\(made.errors)")
            // Fifteen pictures become five shots of three.
            for number in 0..<15 {
                try FileManager.default.moveItem(
                    atPath: "\(folder)/\(number).jpg",
                    toPath: "\(folder)/shot_\(String(format: "%04d", number / 3))_img_\(number % 3).jpg")
            }
        }
        var models: [Data] = []
        let output = Scratch.path("seen.safetensors").path
        for _ in 0..<2 {
            let outcome = try Program.run([
                "train", "pretrain", pictures.path, "--key-frames", "--image-encoder", "resnet18", "--side",
                "32",
                "--neighbors", "1", "--width", "16", "--heads", "2", "--batch", "4", "--epochs", "1",
                "--tasks",
                "ssm,cgm,pp,msm,shot=0.5", "--quiet", "--output", output,
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try TrainRuns.bytes(output))
        }
        #expect(models[0] == models[1])
        let metrics = try String(contentsOfFile: output + ".run/metrics.jsonl", encoding: .utf8)
        #expect(metrics.split(separator: "\n").count == 2 && metrics.contains("\"shot\":"))
        let segmented = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--model", output, "--quiet"])
        #expect(segmented.status == 0, "\(segmented.errors)")
        let annotations = try Scratch.file("anno.train.ndjson")
        try Data(
            ["tt0001", "tt0002"].flatMap { film in
                (0..<5).map {
                    "{\"video_id\":\"\(film)\",\"shot_id\":\"000\($0)\",\"boundary_label\":\($0 % 2)}\n"
                }
            }.joined().utf8
        ).write(to: annotations)
        let tuning = [
            "train", "finetune", pictures.path, "--movienet", annotations.path, "--epochs", "1", "--quiet",
            "--output", Scratch.path("m.safetensors").path,
        ]
        let refused = try Program.run(tuning)
        #expect(refused.status == 65 && refused.errors.contains("--encoder"), "\(refused.errors)")
        let tuned = try Program.run(tuning + ["--encoder", output])
        #expect(tuned.status == 0, "\(tuned.errors)")
    }

    /// Both files of events come from a run that named no feed; each labels its film, and no label is left
    /// over.
    @Test func eventsLabelFilmsByTheirFileNames() throws {
        var random = SmallRandom(state: 3)
        let labels = Scratch.path("labels")
        try FileManager.default.createDirectory(at: labels, withIntermediateDirectories: true)
        var films: [String] = []
        for name in ["first", "second"] {
            let film = Scratch.path("\(name).safetensors")
            try TinyFilm(scenes: 8, width: 8, using: &random).write(to: film, labeled: false)
            films.append(film.path)
            let events = try Program.run([
                "segment", Fixtures.path("cuts.mp4"), "--quiet", "--min-scene", "1", "--threshold", "0.1",
            ])
            #expect(events.events.contains { $0.type == "boundary" })
            try Data(events.output.utf8).write(
                to: labels.appendingPathComponent(
                    "\(film.deletingPathExtension().lastPathComponent).events.jsonl"))
        }
        let outcome = try Program.run(
            [
                "train", "finetune", films[0], "--validate", films[1], "--labels", labels.path, "--tolerance",
                "60", "--epochs", "1", "--output", Scratch.path("m.safetensors").path,
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("belong to no film"), "\(outcome.errors)")
    }
}
