extension DocumentedCommands {
    /// Pages about films, feeds and archives: what goes in, and what comes out.
    static let recipesOfFilms: [DocumentedRecipe] = [
        DocumentedRecipe(
            page: "docs/tutorials/first-film.md",
            before: "rm film.mp4",
            replacing: [("fixtures/generate demo demo.mp4", "cp '\(demo)' demo.mp4")],
            after: "test -s film.chapters.mp4", comparison: .lines, skips: ["cuts: "]),
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
            page: "docs/how-to/brokers.md", begins: ["scened events --state"],
            before: """
                printf 'state: %s/state\\nhttp: null\\nfeeds:\\n  - {name: film, input: %s/film.mp4}\\n' "$PWD" "$PWD" > film.yaml
                scened run film.yaml
                """,
            after: """
                cut -d '"' -f 16 events.jsonl | grep -qx stream_end
                cat state/journal/*/*/*.jsonl | wc -l | grep -qx $(wc -l < events.jsonl)
                """),
        DocumentedRecipe(
            page: "docs/how-to/many-feeds.md", begins: ["cat > feeds.yaml", "scened status"],
            before: """
                until_ready() { until scened status --http unix:$PWD/$1.sock >/dev/null 2>&1; do sleep 0.2; done; }
                """,
            replacing: [
                ("127.0.0.1:9310+%s", "unix:$PWD/%s.sock"), ("unix:/run/scened/", "unix:$PWD/events-"),
                ("/var/lib/scened", "$PWD/state"), ("<<'END'", "<<END"),
                (
                    "scened status --http 127.0.0.1:9310\n",
                    "until_ready 0; scened status --http unix:$PWD/0.sock | tee 0\n"
                ),
                (
                    "scened status --http 127.0.0.1:9311\n",
                    "until_ready 1; scened status --http unix:$PWD/1.sock | tee 1\n"
                ),
            ],
            after: """
                wait $first $second
                grep -q lobby 0; grep -q hall 1; grep -q stage 1
                test $(grep -cE 'hall|stage' 0) = 0; test $(grep -c lobby 1) = 0
                test -e state/0/lock; test -e state/1/lock
                """, comparison: .lines),
        DocumentedRecipe(
            page: "docs/how-to/many-films.md",
            begins: [
                "scened batch films", "printf", "for worker in", "for done in", "for events in",
            ],
            before: "mkdir films; cp film.mp4 films/monday.mp4; cp film.mp4 films/tuesday.mp4",
            after: """
                for film in monday tuesday; do grep -q WEBVTT results/$film.mp4/chapters.vtt; done
                test -s named/news/2026-01-06/done.json; ls shared/*/done.json | wc -l | grep -q 2
                scened index info archive --recordings | grep -q tuesday.mp4
                """),
        DocumentedRecipe(
            page: "docs/how-to/catalogue.md",
            begins: ["scened batch", "scened catalogue", "python3 -"],
            before: "mkdir films; cp film.mp4 films/monday.mp4; cp film.mp4 films/tuesday.mp4",
            after: """
                grep -q monday.mp4 films.html
                test $(scened catalogue films.sqlite --longer-than 5s | wc -l) -ge 2
                """),
        DocumentedRecipe(
            page: "docs/explanation/capacity.md",
            replacing: [("scened capacity     ", "scened capacity --limit 0s     ")],
            after: "scened capacity film.mp4 --limit 0s --feeds 3 | grep -q '\"feeds\":3,'"),
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
            page: "docs/reference/events.md",
            before: """
                scened segment film.mp4 --quiet --min-scene 1 --output film.events.jsonl
                cp film.events.jsonl other.events.jsonl
                """,
            after: "test -s film.events.jsonl"),
    ]
}
