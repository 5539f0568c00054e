extension DocumentedCommands {
    /// Pages about embeddings, and scenes that are alike.
    static let recipesOfEmbeddings: [DocumentedRecipe] = [
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
            begins: [
                "scened embed film.mp4 --output film.npz ", "scened similar film.npz",
                "scened embed film.mkv --output late.npz", "scened index remove archive other",
            ],
            after: """
                grep -q '"type":"similar"' late.html
                test "$(scened index info archive --recordings | wc -l)" = 1
                """, comparison: .shape),
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
            page: "docs/how-to/similar.md",
            begins: [
                "scened model scene-encoder", "scened segment film.mp4 --quiet --output film.events.jsonl",
            ],
            before: "cp \"$ROOT\"/fixtures/scenes/patches.safetensors ViT-B-32.safetensors",
            after: """
                scened index info pictures | grep -q 'scene encoder  patches-1, weights'
                scened index info told --verify | grep -q 'recordings     1'
                """),
        DocumentedRecipe(
            page: "docs/how-to/similar.md", begins: ["scened model import"],
            before: "cp \"$ROOT\"/fixtures/encoders/clip.safetensors ViT-B-32.safetensors",
            replacing: [("udp://:5000", "film.mp4 --quiet")],
            after: """
                scened index info clips | grep -q 'clip-vit'
                scened watch film.mp4 --quiet --model clip.safetensors --index clips --events scene | grep -q '"recording":"film"'
                """),
        DocumentedRecipe(
            page: "docs/how-to/clip.md",
            begins: ["scened segment film.mp4 --model clip", "scened embed film.mp4"],
            before: """
                scened model import "$ROOT"/fixtures/encoders/clip.safetensors --output clip.safetensors
                """,
            after: """
                scened score film.npz --beside colors.npz --quiet | grep -q '"similarity":'
                scened score both.npz --quiet | grep -q '"similarity":'
                """),
        DocumentedRecipe(
            page: "docs/how-to/similar.md", begins: ["import json"],
            before: "scened embed film.mp4 --quiet --output film.npz; scened index add archive film.npz",
            needsNumPy: true),
    ]
}
