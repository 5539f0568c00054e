import ArgumentParser
import SceneCatalogue

extension CatalogueQuestion.Subject: ExpressibleByArgument {}
extension CatalogueQuestion.Order: ExpressibleByArgument {}

/// Questions to a catalogue.
struct CatalogueArguments: ParsableArguments {
    @Option(help: ArgumentHelp("What is asked for. Default: scenes.", valueName: "what"))
    var of: CatalogueQuestion.Subject?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("So long or longer, such as 5m.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var longerThan: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("So long or shorter.", valueName: "duration"), transform: NumberArgument.seconds)
    var shorterThan: Double?

    @Option(help: ArgumentHelp("Of films whose name is so, such as 'news/*'.", valueName: "pattern"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Scenes with this tag, the surest first: a probe gave it .5 or more, or a sentence has a share of .1 or more.",
            valueName: "name"))
    var tag: String?

    @Flag(help: "Boundaries less than .1 above their threshold, or films that have some.")
    var doubtful = false

    @Flag(help: "Of films that broke off.")
    var damaged = false

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "An expression of SQL, such as 'length > 60 and score < 0.6'.", valueName: "expression"))
    var expression: String?

    @Option(
        help: ArgumentHelp(
            "What comes first: name, longest, shortest (not of boundaries), score (of scenes, boundaries), doubtful (of "
                + "films, boundaries). Default: what is asked about, else by name.", valueName: "order"))
    var order: CatalogueQuestion.Order?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Rows at most; 0 for all. Default: 100.", valueName: "count"),
        transform: NumberArgument.whole)
    var limit: Int?
    private static let usualLimit = 100

    /// Rows at most; 0 for all.
    var rowLimit: Int { limit ?? Self.usualLimit }

    @Flag(help: "Say only how many there are, and how long together.")
    var count = false

    /// Whether anything is asked, rather than what there is.
    var isGiven: Bool {
        of != nil || longerThan != nil || shorterThan != nil || name != nil || tag != nil || doubtful
            || damaged
            || expression != nil || order != nil || count || limit != nil
    }

    func validate() throws {
        let subject = of ?? .scenes
        guard 0...1_000_000_000 ~= rowLimit else { throw ValidationError("--limit takes 0 to 1000000000") }
        for (name, value) in [("--longer-than", longerThan), ("--shorter-than", shorterThan)] {
            guard value.map({ 0...1e9 ~= $0 }) ?? true else {
                throw ValidationError("\(name) takes a number of seconds that is not negative")
            }
            guard value == nil || subject != .boundaries else {
                throw ValidationError("\(name) is for what lasts; leave --of boundaries out")
            }
        }
        guard tag == nil || subject == .scenes else {
            throw ValidationError("--tag is for scenes; leave --of \(subject.rawValue) out")
        }
        guard !doubtful || subject == .boundaries || subject == .films else {
            throw ValidationError("--doubtful is for boundaries and films; add --of boundaries or --of films")
        }
        guard order.map(subject.orders.contains) ?? true else {
            let known = subject.orders.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(
                "--order \(order?.rawValue ?? "") does not fit \(subject.rawValue); they come by \(known)")
        }
        guard !count || (limit == nil && order == nil) else {
            throw ValidationError("--count counts all, in no order; leave --limit and --order out")
        }
        guard expression.map({ !$0.allSatisfy(\.isWhitespace) }) ?? true else {
            throw ValidationError("--where takes an expression, such as 'length > 60'")
        }
    }

    /// As a value. One row more than wanted is asked for, so that it shows whether there are more.
    var question: CatalogueQuestion {
        var question = CatalogueQuestion()
        question.subject = of ?? .scenes
        question.longerThan = longerThan
        question.shorterThan = shorterThan
        question.name = name
        question.tag = tag
        question.isDoubtful = doubtful
        question.isDamaged = damaged
        question.expression = expression
        question.order = order
        question.limit = rowLimit == 0 ? nil : rowLimit + 1
        question.isCount = count
        return question
    }
}
