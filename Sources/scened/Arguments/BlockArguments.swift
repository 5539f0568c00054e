import ArgumentParser
import BlockSegmentation
import SceneEvents
import ScenePipeline

/// Whether blocks are found above scenes, and how; shared by the commands that find scenes.
struct BlockArguments: ParsableArguments {
    @Flag(help: "Also write block events, which tell programs, adverts, trailers and idents apart.")
    var blocks = false

    @Option(
        name: .customLong("block-delay"), parsing: .unconditional,
        help: ArgumentHelp(
            "Media time to wait before the kind of a moment is decided, 15 to 600 seconds. Default: 90 seconds.",
            valueName: "duration", visibility: .hidden), transform: NumberArgument.seconds)
    var delay: Double?

    @Option(
        name: .customLong("blocks-without"),
        help: ArgumentHelp(
            "Kinds of evidence to ignore: \(BlockEvidenceList.names).", valueName: "kind,kind",
            visibility: .hidden), transform: BlockEvidenceList.init)
    var without: BlockEvidenceList?

    /// - Parameters:
    ///   - events: that are written; nil: the usual ones.
    ///   - isShown: a page or an export shows blocks, whatever events are written.
    /// - Throws: `ValidationError` where options do not go together.
    func validate(events: EventSelection?, isShown: Bool = false) throws {
        guard blocks || !(events?.kinds.contains(.block) ?? false) else {
            throw ValidationError("--events block needs --blocks")
        }
        if blocks, !isShown, let kinds = events?.kinds, kinds.isDisjoint(with: [.block, .scene]) {
            throw ValidationError(
                "--blocks adds to block and scene events, which --events leaves out: add one of them")
        }
        guard blocks || delay == nil else {
            throw ValidationError("--block-delay needs --blocks")
        }
        guard blocks || without == nil else {
            throw ValidationError("--blocks-without needs --blocks")
        }
        if let delay {
            guard let seconds = Int(exactly: delay), BlockOptions.delays.contains(seconds) else {
                throw ValidationError("--block-delay takes whole seconds, from 15 to 600")
            }
        }
    }

    /// nil where nobody asked. `givesReasons`: blocks say what spoke for them.
    func options(givesReasons: Bool) -> BlockOptions? {
        guard blocks else { return nil }
        var options = BlockOptions()
        if let delay { options.delay = Int(delay) }
        options.without = without?.kinds ?? []
        options.givesReasons = givesReasons
        return options
    }
}

/// Kinds of evidence, as `--blocks-without` names them.
struct BlockEvidenceList {
    let kinds: Set<BlockOptions.Evidence>

    static var names: String { BlockOptions.Evidence.allCases.map(\.rawValue).joined(separator: ", ") }

    /// Throws `ValidationError` if a name is unknown.
    init(_ list: String) throws {
        kinds = Set(
            try CommaList.items(list).map { name in
                guard let kind = BlockOptions.Evidence(rawValue: name) else {
                    throw ValidationError("'\(name)' is not a kind of evidence; known: \(Self.names)")
                }
                return kind
            })
    }
}
