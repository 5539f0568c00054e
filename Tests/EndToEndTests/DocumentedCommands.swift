import Foundation
import TestSupport

/// What becomes of every block of commands in README and `docs`: a recipe runs it, another test does, or
/// a reason says why none can.
enum DocumentedCommands {
    /// Blocks that tests of their own run: page, beginning of the block, name of the test.
    static let tested: [(page: String, begins: String, test: String)] = [
        ("README.md", "scened ", "use"),
        ("README.md", "film=${film:-.build/demo.mp4}", "tailALiveFeed"),
        ("docs/how-to/export.md", "# Chapters into a film", "exportScenes"),
        ("docs/how-to/embeddings.md", "scened embed film.mp4", "ownEmbeddings"),
        ("docs/how-to/other-shots.md", "scenedetect -i", "shotsOfAnotherDetector"),
        ("docs/how-to/evaluate.md", "scened segment film.mp4 --scores", "againstLabels"),
        ("docs/how-to/brokers.md", "scened events --socket", "BrokerTests"),
        ("docs/how-to/train.md", "scened train finetune archive/", "ArchiveCommandTests"),
        ("docs/reference/http.md", "curl ", "http"),
    ]

    /// Blocks that no test can run: page, beginning of the block, and why.
    static let notRun: [(page: String, begins: String, reason: String)] = [
        ("README.md", "scripts/run film.mp4", "builds the program; firstScreen compares what it prints"),
        (
            "docs/how-to/install.md", "",
            "needs root and a fresh system, or an engine: tools/check/package-test, PackageTests"
        ),
        (
            "docs/how-to/use-from-swift.md", "cd examples/scenekit",
            "would compile scened a second time; SceneKitExampleTests runs the same program"
        ),
        ("docs/how-to/service.md", "sudo ", "needs root and systemd: tools/check/boot-test, UnitTests"),
        (
            "docs/how-to/service.md", "scened events",
            "reads the installed service; first-feed.md does the same"
        ),
        ("docs/how-to/bassl.md", "scened model import", "BaSSL's checkpoint is not ours: ModelCommandTests"),
        ("docs/how-to/clip.md", "scened model import", "CLIP's checkpoint is not ours: ImageModelTests"),
        (
            "docs/how-to/similar.md", "pip install",
            "installs from the network; numPyOpensIt reads the same vectors"
        ),
        (
            "docs/explanation/networks.md", "scened model import",
            "BaSSL's checkpoint is not ours: ModelCommandTests"
        ),
        ("docs/measurements/", "", "measures for minutes to hours, with films, features or peers of others"),
    ]

    static let recipes: [DocumentedRecipe] = [
        DocumentedRecipe(
            page: "docs/tutorials/first-film.md",
            before: "rm film.mp4",
            replacing: [("fixtures/generate demo demo.mp4", "cp '\(demo)' demo.mp4")],
            after: "test -s film.chapters.mp4", comparison: .lines, skips: ["cuts: "]),
        DocumentedRecipe(
            page: "docs/tutorials/first-model.md",
            replacing: [
                (
                    "tools/train/practice-films practice",
                    "\"$ROOT\"/tools/train/practice-films practice --scenes 3"
                ),
                ("--epochs 60", "--epochs 6"),
            ], comparison: .shape, skips: ["    ", "practice/", #"{"fps""#]),
        // Eight times as fast as a camera, and with heartbeats each second.
        DocumentedRecipe(
            page: "docs/tutorials/first-feed.md",
            before: """
                cp '\(demo)' demo.mp4
                until_ready() { until scened status --http 127.0.0.1:PORT_B >/dev/null 2>&1; do sleep 0.2; done; }
                """,
            replacing: [
                (" -re ", " -readrate 8 "), ("--deadline 10 ", "--deadline 10 --heartbeat 1 "),
                ("kill $feed\n", "kill $feed; wait $feed || true\n"),
                ("kill $watch $feed\n", "kill $watch $feed; wait $watch $feed || true\n"),
                ("scened status\n", "until_ready; scened status --http 127.0.0.1:PORT_B\n"),
                (":5002", ":PORT_A"), (":9310", ":PORT_B"),
            ], comparison: .shape,
            skips: ["feed  state", "demo  running", #"{"v":1,"type":"heartbeat""#]),
        DocumentedRecipe(
            page: "docs/how-to/review.md",
            replacing: [
                ("--scores --output", "--min-scene 1 --quiet --scores --output"),
                (
                    "scened correct ",
                    """
                    run=$(sed -n 's/.*"run":"\\([^"]*\\)".*/\\1/p' film.jsonl)
                    id=$(sed -n 's/.*"type":"boundary".*"id":"\\([^"]*\\)".*/\\1/p' film.jsonl | head -n 1)
                    printf '{"type":"scened_corrections","version":1,"run":"%s","corrections":[{"action":"remove","id":"%s"}]}' \
                        "$run" "$id" > film.corrections.json
                    scened correct
                    """ + " "
                ),
                ("train finetune archive/", "train finetune --epochs 1 archive/"),
            ],
            after: "grep -q scened-events film.html; grep -q WEBVTT film.vtt; test -s mine.safetensors"),
        // Both lists are scened's, so that they agree: what is asked is the sample.
        DocumentedRecipe(
            page: "docs/how-to/evaluate.md", begins: ["scened shots film.mp4 --output"],
            replacing: [
                (
                    "scenedetect -i film.mp4 list-scenes",
                    "scened shots film.mp4 --to csv --output film-Scenes.csv"
                ),
                (
                    "scened evaluate marks",
                    "sed -n 's/^[0-9]* (\\([0-9]*\\)-.*/& cut \\1/p' film.sheets/answers.txt > answers.txt\nscened evaluate marks"
                ),
            ],
            after: "test -s film.sheets/sheets.html; grep -q '9 of these are right' film.truth.json"),
        DocumentedRecipe(
            page: "docs/how-to/evaluate.md", begins: ["scened evaluate delays"],
            before: """
                echo '{"fps":25,"boundaries":[165,290]}' > labels.json
                cp labels.json other.json
                cp film.mp4 other.mp4
                """, after: "test -s delays.svg; grep -q '\"probability\":' film.events.jsonl"),
        DocumentedRecipe(
            page: "docs/explanation/sound.md",
            before: """
                ffmpeg -v error -i film.mp4 -f lavfi -i anoisesrc=d=8:a=0.1 -c:v copy -c:a aac heard.mp4
                mv heard.mp4 film.mp4
                """,
            after: "test $(grep -c '^[0-9.]* [0-9.]* [0-9.]*$' cuts.txt) -ge 1"),
        DocumentedRecipe(
            page: "docs/how-to/many-films.md",
            before: "mkdir films; cp film.mp4 films/a.mp4; cp film.mp4 films/b.mp4",
            after: "for film in a b; do grep -q WEBVTT films/$film.vtt; done"),
        DocumentedRecipe(
            page: "docs/how-to/export.md",
            begins: [
                "# All at once", "# A list", "# Tags", "# Breaks", "# Other programs",
            ],
            before: """
                scened segment film.mp4 --scores --min-scene 1 --quiet --output film.events.jsonl
                scened export film.events.jsonl --to edl --output film.cmx.edl
                """,
            replacing: [("udp://:5000", "film.mp4 --quiet --min-scene 1")],
            after: """
                for name in .vtt .chapters.xml .cmx.edl .otio; do test -s lists/film$name; done
                grep -q 'FILM FROM 00:00:00:00, LIST FROM 01:00:00:00' conform.edl
                grep -q org.scened.scene scenes.m3u8part
                """),
        DocumentedRecipe(
            page: "docs/how-to/cut.md",
            before: "scened segment film.mp4 --quiet --min-scene 1 --output film.events.jsonl",
            after: """
                test -s film.chapters.mp4; test -s film.chapters.mkv; test -s sprites/sprite.vtt
                test -s scenes/film-scene-003.mp4; test -s exact/film-scene-001.mp4; test $(ls shots | wc -l) = 10
                test -s pictures/scene-003.jpg; test -s sheets/sheet-0.jpg
                """),
        DocumentedRecipe(
            page: "docs/how-to/breaks.md",
            replacing: [
                ("fixtures/channel", "\"$ROOT\"/fixtures/channel"),
                ("udp://:5000", "recording.ts --quiet"),
            ],
            after: "grep -q ' 3$' recording.edl; grep -q Adverts recording.vtt"),
        DocumentedRecipe(
            page: "docs/how-to/embeddings.md", begins: ["import json"],
            before: "scened embed film.mp4 --quiet --output film.npz", needsNumPy: true),
        DocumentedRecipe(
            page: "docs/how-to/embeddings.md", begins: ["my-encoder"],
            before: """
                my-encoder() {
                    for shot in 0 1 2 3 4 5; do
                        echo "{\\"start\\":$((shot * 9)),\\"end\\":$((shot * 9 + 9)),\\"embedding\\":[$((shot / 3)),1]}"
                    done
                }
                """,
            replacing: [("model.safetensors", "builtin:relational")],
            after: "grep -q stream_end film.events.jsonl"),
        DocumentedRecipe(
            page: "docs/how-to/similar.md",
            begins: ["scened embed film.mp4 --output film.npz ", "scened similar film.npz"],
            comparison: .shape),
        DocumentedRecipe(
            page: "docs/how-to/similar.md", begins: ["scened embed film.mp4 --output film.npz\n"],
            after: "scened index info dated --recordings | grep -q '2026-01-02T20:15:00.000Z  film'"),
        DocumentedRecipe(
            page: "docs/how-to/similar.md",
            begins: [
                "scened segment film.mkv --index", "scened watch udp://:5000",
                "scened index threshold archive",
                "scened segment film.mkv --vectors",
            ],
            before: """
                scened embed film.mp4 --quiet --output film.npz; scened embed film.mkv --quiet --output other.npz
                scened index add archive film.npz other.npz
                """,
            replacing: [
                ("udp://:5000", "film.mp4 --quiet"),
                // Both films are the same: more pairs would leave nothing to measure.
                ("--list 20", "--list 1"),
                (
                    "scened events --socket /run/scened/events.sock --feed news --after start",
                    "cat film.events.jsonl"
                ),
            ],
            after: "grep -q '\"threshold\":' archive/threshold.json; scened index info channel --verify"),
        DocumentedRecipe(
            page: "docs/how-to/similar.md", begins: ["import json"],
            before: "scened embed film.mp4 --quiet --output film.npz; scened index add archive film.npz",
            needsNumPy: true),
        DocumentedRecipe(
            page: "docs/how-to/teach-a-tag.md",
            before: """
                for i in 0 1 2 3 4 5; do for film in film other; do
                echo $film,$i.1,$i.9,warm; echo $film,1$i.0,1$i.8,
                done; done > examples.csv
                """,
            after: "grep -q '\"tags\":\\[{\"label\":\"warm\"' film.events.jsonl"),
        DocumentedRecipe(
            page: "docs/how-to/train-scenes.md",
            before: """
                mkdir embeddings
                scened embed film.mp4 --quiet --output embeddings/monday.npz
                ffmpeg -v error -ss 3 -i film.mp4 tuesday.mp4
                scened embed tuesday.mp4 --quiet --output embeddings/tuesday.npz
                ffmpeg -v error -i film.mp4 -vf hflip,hue=h=90 movie.mp4
                scened embed movie.mp4 --quiet --output embeddings/movie.npz
                printf 'recording,genre\nmonday,news\ntuesday,news;live\nmovie,drama\n' > genres.csv
                """,
            replacing: [
                (
                    "--output scenes.safetensors",
                    "--output scenes.safetensors --held-out 0 --window 3 --steps 4 --width 16 --batch 2"
                )
            ],
            after: """
                scened model verify scenes.safetensors
                scened index info learned | grep -q 'scene encoder  transformer-1, weights'
                """),
        DocumentedRecipe(
            page: "docs/how-to/train.md", begins: ["scened train pretrain"],
            before: """
                mkdir archive labels
                cp film.mp4 archive/one.mp4; cp film.mkv archive/two.mkv
                for film in one two; do echo '{"fps":25,"boundaries":[165,290]}' > labels/$film.json; done
                """,
            replacing: [
                (
                    "archive/ --output pre",
                    "archive/ --epochs 1 --width 32 --heads 2 --neighbors 4 --output pre"
                ),
                ("--from pre.safetensors", "--from pre.safetensors --epochs 1"),
            ],
            after: "scened model verify mine.safetensors"),
        DocumentedRecipe(
            page: "docs/reference/events.md",
            before: """
                scened segment film.mp4 --quiet --min-scene 1 --output film.events.jsonl
                cp film.events.jsonl other.events.jsonl
                """,
            after: "test -s film.events.jsonl"),
    ]

    /// The film of the tutorials, made once.
    private static let demo: String = {
        (try? Fixtures.film("demo.mp4", "fixtures/generate demo \"$1\""))?.path ?? ""
    }()
}
