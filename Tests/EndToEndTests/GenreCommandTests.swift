import Foundation
import TestSupport
import Testing

/// Genres from their file to boundaries, by the tiny CLIP of `fixtures/texts`, whose weights mean nothing.
@Suite struct GenreCommandTests {
    static let texts = Program.repository.appending(path: "fixtures/texts")
    static let film = Fixtures.path("cuts.mp4")
    static let genres = Program.repository.appending(path: "examples/genres/film.tsv").path

    static func path(_ name: String) -> String { Scratch.path(name).path }

    static func imported(_ name: String, _ more: [String] = []) -> (model: String, errors: String) {
        let model = path("\(name).safetensors")
        let outcome = try? Program.run(
            [
                "model", "import", texts.appending(path: "clip_openai.safetensors").path, "--vocabulary",
                texts.appending(path: "merges.txt.gz").path, "--genres", genres, "--output", model,
            ] + more)
        return (model, outcome?.errors ?? "")
    }

    /// Made once: the model, the film's embeddings by it, and labels.
    static let made: (model: String, errors: String, embeddings: String, labels: String) = {
        let (model, errors) = imported("genre-clip")
        let embeddings = path("genre-cuts.npz")
        _ = try? Program.run(["embed", film, "--model", model, "--quiet", "--output", embeddings])
        let labels = path("genre-cuts.json")
        try? Data(#"{"film":"genre-cuts","fps":25,"boundaries":[50,125]}"#.utf8).write(
            to: URL(filePath: labels))
        return (model, errors, embeddings, labels)
    }()

    static let small = [
        "--network", "crn", "--neighbors", "2", "--width", "16", "--heads", "2", "--epochs", "4", "--batch",
        "4", "--threads", "1",
    ]

    @Test func filesThatShip() throws {
        for (name, count) in [("film", 21), ("broadcast", 19)] {
            let file = Program.repository.appending(path: "examples/genres/\(name).tsv")
            let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                $0.split(separator: "\t", omittingEmptySubsequences: false)
            }
            #expect(rows.count == count && rows.allSatisfy { $0.count == 2 })
            #expect(Set(rows.map { $0[0] }).count == count)
        }
    }

    @Test func importsAndEmbeds() throws {
        #expect(Self.made.errors.contains("clip-vit+genres+clip-text"), "\(Self.made.errors)")
        #expect(Self.made.errors.contains("21 genres: entropy of their affinities 0."))
        let info = try Program.run(["model", "info", Self.made.model])
        #expect(
            info.output.contains("21, residual, affinity cosine over 0.05, not trained"), "\(info.output)")
        #expect(try Program.run(["model", "verify", Self.made.model]).status == 0)
        // The printed formula is as good as uniform, and a line says so.
        let paper = Self.imported("genre-paper", ["--genre-affinity", "uniform"])
        #expect(!paper.errors.contains("nearly uniform"), "a control knows that it is one")
        // Embeddings are those of plain CLIP, to the bit; shares add up to 1.
        let plain = TagCommandTests.embeddings
        let script = """
            import json, sys, zipfile, array
            def column(path, name):
                data = zipfile.ZipFile(path).read(name + ".npy")
                size = int.from_bytes(data[8:10], "little")
                return data[:10 + size], data[10 + size:]
            own, other = sys.argv[1:]
            assert column(own, "embeddings") == column(other, "embeddings")
            head, data = column(own, "genre_affinity")
            shares = array.array("f", data)
            assert b", 21)" in head and len(shares) % 21 == 0 and len(shares) > 21
            for first in range(0, len(shares), 21):
                assert abs(sum(shares[first:first + 21]) - 1) < 1e-4 or not any(shares[first:first + 21])
            """
        let check = try ExternalTool.run(["python3", "-c", script, Self.made.embeddings, plain])
        #expect(check.status == 0, "\(check.errors)")
    }

    /// Events say on request what each genre has of a part, alike from the film and from its embeddings.
    @Test func sharesInEvents() throws {
        struct Line: Decodable {
            struct Share: Decodable, Equatable {
                var name: String
                var share: Double
            }
            struct Part: Decodable { var genres: [Share]? }
            var type: String
            var parts: [Part]?
        }
        func shares(_ arguments: [String]) throws -> [[Line.Share]?] {
            let outcome = try Program.run(arguments + ["--quiet"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try outcome.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
                .filter { $0.type == "shot" }.flatMap { $0.parts ?? [] }.map(\.genres)
        }
        let scored = try shares(["score", Self.made.embeddings, "--genre-shares"])
        let segmented = try shares(["segment", Self.film, "--model", Self.made.model, "--genre-shares"])
        #expect(scored == segmented && scored.count > 2)
        for part in scored {
            let part = try #require(part)
            let sum = part.reduce(0) { $0 + $1.share }
            #expect(part.count == 21 && part[0].name == "action" && (sum == 0 || abs(sum - 1) < 1e-4))
        }
        #expect(try shares(["score", Self.made.embeddings]).allSatisfy { $0 == nil })
        for arguments in [["segment", Self.film], ["score", TagCommandTests.embeddings]] {
            let outcome = try Program.run(arguments + ["--genre-shares", "--quiet"])
            #expect(outcome.status == 64 && outcome.errors.contains("scened model import --genres"))
        }
    }

    /// Pre-training with genres, fine-tuning from it, and boundaries of the film by the one file that came
    /// out.
    @Test func wholeRecipe() throws {
        let (pretrained, tuned) = (Self.path("genre-pre.safetensors"), Self.path("genre-tuned.safetensors"))
        let first = try Program.run(
            [
                "train", "pretrain", Self.made.embeddings, "--genres", Self.genres, "--encoder",
                Self.made.model, "--tasks", "ssm,pp", "--boundary", "anchors", "--anchors", "idw", "--output",
                pretrained,
            ] + Self.small)
        #expect(first.status == 0 && first.errors.contains("21 genres: entropy"), "\(first.errors)")
        let second = try Program.run([
            "train", "finetune", Self.made.embeddings, "--labels", Self.made.labels, "--from", pretrained,
            "--output", tuned, "--epochs", "4", "--batch", "4", "--threads", "1",
        ])
        #expect(second.status == 0, "\(second.errors)")
        for model in [pretrained, tuned] {
            #expect(try Program.run(["model", "verify", model]).status == 0)
            let info = try Program.run(["model", "info", model])
            #expect(
                info.output.contains("21, residual, affinity cosine over 0.05, trained")
                    && info.output.contains("clip-vit+genres+crn"), "\(info.output)")
            let run = try Program.run(["segment", Self.film, "--model", model, "--scores", "--quiet"])
            #expect(run.status == 0, "\(run.errors)")
            let scored = try Self.scores(run.output)
            #expect(scored.count > 2)
            // Embedded and scored apart: the same.
            let embeddings = Self.path("genre-again.npz")
            _ = try Program.run(["embed", Self.film, "--model", model, "--quiet", "--output", embeddings])
            let again = try Program.run(["score", embeddings, "--model", model, "--scores", "--quiet"])
            #expect(try Self.scores(again.output) == scored, "\(again.errors)")
        }
        // What was learned with other embeddings is not scored with these, nor trained on.
        let other = try Program.run(["score", Self.made.embeddings, "--model", tuned, "--quiet"])
        #expect(other.status == 65 && other.errors.contains("clip-vit+genres"), "\(other.errors)")
        let embeddings = Self.path("genre-moved.npz")
        _ = try Program.run(["embed", Self.film, "--model", tuned, "--quiet", "--output", embeddings])
        let third = try Program.run(
            [
                "train", "pretrain", embeddings, "--genres", Self.genres, "--encoder", Self.made.model,
                "--output", Self.path("genre-no.safetensors"),
            ] + Self.small)
        #expect(third.status == 65 && third.errors.contains("trained genres"), "\(third.errors)")
        let tags = try TagCommandTests.file(TagCommandTests.lines)
        let tagged = try Program.run([
            "segment", Self.film, "--model", tuned, "--tags", tags, "--quiet",
        ])
        #expect(tagged.status == 65 && tagged.errors.contains("tag with the model"), "\(tagged.errors)")
        let moved = try Program.run([
            "train", "finetune", Self.made.embeddings, "--labels", Self.made.labels, "--from", pretrained,
            "--genres", Self.genres, "--encoder", Self.made.model, "--output",
            Self.path("genre-no.safetensors"),
        ])
        #expect(moved.status == 64 && moved.errors.contains("brings its own genres"), "\(moved.errors)")
    }

    static func scores(_ lines: String) throws -> [Double] {
        struct Line: Decodable {
            var type: String
            var score: Double?
        }
        return try lines.split(separator: "\n").compactMap {
            let line = try JSONDecoder().decode(Line.self, from: Data($0.utf8))
            return line.type == "score" ? line.score : nil
        }
    }

    /// Genres learned in fine-tuning itself, in every form and by both controls.
    @Test(arguments: [
        ["--genre-fusion", "bias"], ["--genre-affinity", "uniform"],
        ["--genre-affinity", "cosine", "--genre-temperature", "0.05"],
    ])
    func finetunesWithGenres(options: [String]) throws {
        let output = Self.path("genre-direct.safetensors")
        let outcome = try Program.run(
            [
                "train", "finetune", Self.made.embeddings, "--labels", Self.made.labels, "--genres",
                Self.genres, "--encoder", Self.made.model, "--output", output,
            ] + options + Self.small)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try Program.run(["segment", Self.film, "--model", output, "--quiet"]).status == 0)
    }

    /// MovieNet's key frames: affinities are read from the pictures.
    @Test func keyFrames() throws {
        let folder = try Scratch.emptyFolder()
        let shots = try Program.shell(
            """
            mkdir -p '\(folder.path)/keys/tt01'
            for shot in 0 1 2 3 4 5; do for frame in 0 1 2; do
            ffmpeg -v error -ss $(( shot + frame )).1 -i '\(Self.film)' -frames:v 1 -y \
            '\(folder.path)/keys/tt01'/shot_000${shot}_img_${frame}.jpg; done
            echo '{"video_id":"tt01","shot_id":"000'$shot'","num_shot":6,"boundary_label":'$(( shot % 2 ))'}' \
            >> '\(folder.path)/anno.train.ndjson'; done
            """)
        #expect(shots.status == 0, "\(shots.errors)")
        let base = [
            "\(folder.path)/keys", "--movienet", "\(folder.path)/anno.train.ndjson", "--encoder",
            Self.made.model,
        ]
        let (pretrained, tuned) = ("\(folder.path)/pre.safetensors", "\(folder.path)/tuned.safetensors")
        let first = try Program.run(
            ["train", "pretrain"] + base + ["--genres", Self.genres, "--output", pretrained] + Self.small)
        #expect(first.status == 0 && first.errors.contains("21 genres"), "\(first.errors)")
        let second = try Program.run(
            ["train", "finetune"] + base
                + ["--from", pretrained, "--output", tuned, "--epochs", "2", "--batch", "4"])
        #expect(second.status == 0, "\(second.errors)")
        #expect(try Program.run(["segment", Self.film, "--model", tuned, "--quiet"]).status == 0)
    }

    @Test func faults() throws {
        let output = Self.path("genre-fault.safetensors")
        let folder = try Scratch.emptyFolder()
        func file(_ text: String) throws -> String {
            let file = folder.appending(path: "\(UUID().uuidString).tsv")
            try Data(text.utf8).write(to: file)
            return file.path
        }
        let clip = Self.texts.appending(path: "clip_openai.safetensors").path
        let vocabulary = ["--vocabulary", Self.texts.appending(path: "merges.txt.gz").path]
        let train = ["train", "finetune", Self.made.embeddings, "--labels", Self.made.labels]
        let resnet = Program.repository.appending(path: "fixtures/encoders/resnet_basic.safetensors").path
        let cases: [(arguments: [String], status: Int32, wanted: String)] = [
            (["model", "import", clip, "--genres", "/nowhere"] + vocabulary, 66, "/nowhere"),
            (["model", "import", clip, "--genres", Self.genres], 65, "scened model import --vocabulary"),
            (["model", "import", resnet, "--genres", Self.genres], 65, "holds no text tower"),
            (
                ["model", "import", clip, "--genres", try file("a\tone\na\ttwo\n")] + vocabulary, 65,
                "has the name of line 1"
            ),
            (
                ["model", "import", clip, "--genres", try file("\tone\nb\ttwo\n")] + vocabulary, 65,
                "has no name"
            ),
            (
                ["model", "import", clip, "--genres", try file("a\tone\u{7}\nb\ttwo\n")] + vocabulary, 65,
                "control character"
            ),
            (["model", "import", clip, "--genres", try file("a\tone\n")] + vocabulary, 65, "two or more"),
            (
                ["model", "import", clip, "--genre-affinity", "paper"] + vocabulary, 64,
                "needs --genres"
            ),
            (
                [
                    "model", "import", clip, "--genres", Self.genres, "--genre-affinity", "paper",
                    "--genre-temperature", "1",
                ] + vocabulary, 64, "goes with --genre-affinity cosine"
            ),
            (train + ["--genres", Self.genres], 64, "add --encoder"),
            (train + ["--encoder", Self.made.model], 64, "give that too"),
            (
                train + ["--genres", Self.genres, "--encoder", Self.made.model, "--network", "relational"],
                65, "choose --network crn"
            ),
            (
                train + [
                    "--genres", Self.genres, "--encoder", Self.made.model, "--genre-temperature", "0.1",
                ] + Self.small, 65, "says nothing about these genres"
            ),
            (
                train + [
                    "--genres", Self.genres, "--encoder", TagCommandTests.model("bare", vocabulary: nil),
                ],
                65, "holds no text tower"
            ),
            (
                [
                    "train", "pretrain", "/nowhere", "--key-frames", "--genres", Self.genres, "--encoder",
                    Self.made.model,
                ], 64, "leave one of the two out"
            ),
        ]
        for (arguments, status, wanted) in cases {
            let outcome = try Program.run(arguments + ["--output", output])
            #expect(
                outcome.status == status && outcome.errors.contains(wanted),
                "\(arguments.suffix(4)): \(outcome.status) \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: output))
        }
    }
}
