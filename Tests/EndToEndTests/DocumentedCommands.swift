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
        ("docs/how-to/brokers.md", "scened events --cursor-file", "BrokerTests"),
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
        ("docs/how-to/many-feeds.md", "echo SHARDS", "needs root and systemd: UnitTests, ShardTests"),
        ("docs/how-to/many-feeds.md", "kubectl ", "needs a cluster: DeployTests, ProcessContractTests"),
        (
            "docs/how-to/service.md", "scened events",
            "reads the installed service; first-feed.md does the same"
        ),
        ("docs/how-to/bassl.md", "scened model import", "BaSSL's checkpoint is not ours: ModelCommandTests"),
        ("docs/how-to/clip.md", "scened model import", "CLIP's checkpoint is not ours: ImageModelTests"),
        (
            "docs/how-to/many-films.md", "snakemake",
            "Snakemake is not here; the rules were run with 9.27, and BatchCommandTests do what they call"
        ),
        (
            "docs/how-to/catalogue.md", "duckdb",
            "DuckDB is not here; run with 2.0, and CatalogueWriterTests read the file with another SQLite"
        ),
        ("docs/how-to/catalogue.md", "import pandas", "pandas is not here; run with 3.1"),
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

    static let recipes = recipesOfFilms + recipesOfEmbeddings + recipesOfLearning

    /// The film of the tutorials, made once.
    static let demo: String = {
        (try? Fixtures.demo())?.path ?? ""
    }()
}
