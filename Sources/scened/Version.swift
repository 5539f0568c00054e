import ScenePipeline

/// What `--version` prints: the program and the libraries that its numbers depend on.
enum Version {
    static let number = "0.1.0"

    static var text: String {
        "scened \(number) (" + Libraries.inUse.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
            + ")"
    }
}
