extension DocumentedCommands {
    /// Pages about models: what is trained, taught, or told by a trained network.
    static let recipesOfLearning: [DocumentedRecipe] = [
        DocumentedRecipe(
            page: "docs/tutorials/first-model.md",
            replacing: [
                (
                    "tools/train/practice-films practice",
                    "\"$ROOT\"/tools/train/practice-films practice --scenes 3"
                ),
                ("--epochs 60", "--epochs 6"),
            ], comparison: .shape, skips: ["    ", "practice/", #"{"fps""#]),
        DocumentedRecipe(
            page: "docs/how-to/teach-a-tag.md",
            before: """
                for i in 0 1 2 3 4 5; do for film in film other; do
                echo $film,$i.1,$i.9,warm; echo $film,1$i.0,1$i.8,
                done; done > examples.csv
                """,
            after: "grep -q '\"tags\":\\[{\"label\":\"warm\"' film.events.jsonl"),
        // The tiny CLIP of the fixtures, whose weights mean nothing, in place of one that is not ours.
        DocumentedRecipe(
            page: "docs/how-to/tag-with-a-sentence.md",
            replacing: [
                ("ViT-B-32.pt", "\"$ROOT\"/fixtures/texts/clip_openai.safetensors"),
                ("bpe_simple_vocab_16e6.txt.gz", "\"$ROOT\"/fixtures/texts/merges.txt.gz"),
            ],
            after: "grep -q '\"sentence_tags\":\\[{\"name\":' film.events.jsonl tagged.jsonl"),
        // The same CLIP; labels of the film as the page's `labels` folder holds them.
        DocumentedRecipe(
            page: "docs/how-to/genres.md",
            before: """
                cp "$ROOT"/examples/genres/film.tsv .
                mkdir labels
                printf '{"fps":25,"boundaries":[50,125]}' > labels/film.json
                """,
            replacing: [
                ("ViT-B-32.pt", "\"$ROOT\"/fixtures/texts/clip_openai.safetensors"),
                ("bpe_simple_vocab_16e6.txt.gz", "\"$ROOT\"/fixtures/texts/merges.txt.gz"),
                (
                    "--output pretrained.safetensors",
                    "--neighbors 2 --width 16 --heads 2 --epochs 4 --batch 4 --output pretrained.safetensors"
                ),
                ("--output mine.safetensors", "--epochs 4 --batch 4 --output mine.safetensors"),
            ],
            after: "grep -q '\"encoder\":\"clip-vit+genres\"' film.events.jsonl", needsNumPy: true),
        DocumentedRecipe(
            page: "docs/how-to/motion.md",
            before: "mkdir archive; cp film.mp4 archive/",
            replacing: [
                ("SLOW_8x8_R50.pyth", "\"$ROOT\"/fixtures/motion/slow_d.safetensors"),
                ("resnet50.pth", "\"$ROOT\"/fixtures/encoders/resnet_bottleneck.safetensors"),
                (
                    "--output motion.safetensors",
                    "--clip 4x2 --side 32 --batch 4 --epochs 1 --output motion.safetensors"
                ),
            ]),
        DocumentedRecipe(
            page: "docs/how-to/learn-without-labels.md",
            before: """
                mkdir archive labels
                scened embed film.mp4 --quiet --output archive/film.npz
                printf '{"fps":25,"boundaries":[50,125]}' > labels/film.json
                ffmpeg -v error -stream_loop 9 -i film.mp4 -c copy long.mp4
                scened embed long.mp4 --split ticks --split-after 1 --quiet --output archive/long.npz
                """,
            replacing: [
                (
                    "--output pretrained.safetensors",
                    "--neighbors 2 --width 16 --heads 2 --epochs 2 --batch 4 --output pretrained.safetensors"
                ),
                ("--output mine.safetensors", "--epochs 2 --batch 4 --output mine.safetensors"),
                ("--width 256 --heads 8 --epochs 20", "--width 16 --heads 2 --layers 1 --epochs 2"),
            ],
            after: "scened model verify usual.safetensors && scened model verify mine.safetensors"),
        DocumentedRecipe(
            page: "docs/how-to/novelty.md",
            before: """
                mkdir archive
                ffmpeg -v error -stream_loop 9 -i film.mp4 -c copy monday.mp4
                scened embed monday.mp4 --split ticks --split-after 1 --quiet --output archive/monday.npz
                """,
            replacing: [
                ("--width 256 --heads 8", "--width 16 --heads 2 --layers 1 --epochs 2"),
                ("udp://239.1.1.1:5000 --novelty", "monday.mp4 --output past.jsonl --novelty"),
                ("udp://239.1.1.1:5000", "monday.mp4 --output watched.jsonl"),
            ],
            after: """
                grep -q '"surprise":' monday.events.jsonl && grep -q '"novelty":' monday.events.jsonl
                grep -q '"novelty":' watched.jsonl
                grep -q '"novelty_window":14400' past.jsonl
                """),
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
                # A recording that is like no other.
                ffmpeg -v error -i film.mp4 -vf vflip,negate evening.mp4
                scened embed evening.mp4 --quiet --output embeddings/evening.npz
                printf 'recording,synopsis\nmonday,"The government resigns."\n' > synopses.csv
                printf 'tuesday,"A government is formed."\nmovie,"Two brothers."\n' >> synopses.csv
                scened model import "$ROOT"/fixtures/texts/clip_openai.safetensors \
                    --vocabulary "$ROOT"/fixtures/texts/merges.txt.gz --output clip.safetensors
                cp "$ROOT"/fixtures/scenes/patches.safetensors ViT-B-32.safetensors
                mkdir films
                cp film.mp4 films/monday.mp4
                mv tuesday.mp4 movie.mp4 films/
                """,
            replacing: [
                (
                    "--output scenes.safetensors",
                    "--output scenes.safetensors --held-out 0 --window 3 --steps 4 --width 16 --batch 2"
                ),
                (
                    "--output seen.safetensors",
                    "--output seen.safetensors --held-out 0 --window 2 --steps 2 --batch 2 --pair-epochs 1"
                ),
            ],
            after: """
                scened model verify scenes.safetensors
                scened index info learned | grep -q 'scene encoder  transformer-1, weights'
                scened index info seen | grep -q 'scene encoder  patches-1, weights'
                """),
        DocumentedRecipe(
            page: "docs/how-to/train.md", begins: ["scened train finetune films/"],
            before: """
                mkdir films labels
                ffmpeg -v error -i film.mp4 -f lavfi -i anoisesrc=d=20:a=0.1 -c:v copy -c:a aac films/one.mp4
                ffmpeg -v error -i film.mp4 -f lavfi -i sine=d=20 -c:v copy -c:a aac films/two.mp4
                for film in one two; do echo '{"fps":25,"boundaries":[165,290]}' > labels/$film.json; done
                """,
            replacing: [("--from builtin:relational", "--from builtin:relational --epochs 1")],
            after: """
                scened segment films/one.mp4 --model hears.safetensors --json --quiet | grep -q '"sound-1"'
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
    ]
}
