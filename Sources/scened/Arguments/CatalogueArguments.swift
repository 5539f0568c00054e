import ArgumentParser
import SceneCatalogue

extension CatalogueQuestion.Subject: ExpressibleByArgument {}
extension CatalogueQuestion.Order: ExpressibleByArgument {}

/// Questions to a catalogue.
struct CatalogueArguments: ParsableArguments {
    @Option(help: ArgumentHelp("What to list. Default: scenes.", valueName: "what"))
    var of: CatalogueQuestion.Subject?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only what is this long or longer, such as 5m.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var longerThan: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only what is this long or shorter.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var shorterThan: Double?

    @Option(help: ArgumentHelp("Only films whose names match, such as 'news/*'.", valueName: "pattern"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Only scenes with this tag, the most certain first: a probe gave it 0.5 or more, or a sentence has a share of 0.1 or more.",
            valueName: "name"))
    var tag: String?

    @Flag(help: "Only boundaries less than 0.1 above their threshold, or films that have some.")
    var doubtful = false

    @Flag(help: "Only films that broke off.")
    var damaged = false

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "An SQL expression, such as 'length > 60 and score < 0.6'.", valueName: "expression"))
    var expression: String?

    @Option(
        help: ArgumentHelp(
            "What comes first: name, longest, shortest (not for boundaries), score (for scenes and boundaries), doubtful (for films and boundaries). Default: the order of the condition, such as longest for --longer-than; otherwise name.",
            valueName: "order"))
    var order: CatalogueQuestion.Order?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Largest number of rows; 0 for all. Default: 100.", valueName: "count"),
        transform: NumberArgument.whole)
    var limit: Int?
    private static let usualLimit = 100

    /// Rows at most; 0 for all.
    var rowLimit: Int { limit ?? Self.usualLimit }

    @Flag(help: "Print only how many there are, and their total length.")
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
                throw ValidationError("\(name) takes 0 to 1000000000 seconds")
            }
            guard value == nil || subject != .boundaries else {
                throw ValidationError(
                    "\(name) is not for boundaries, which have no length; leave --of boundaries out")
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
                "--order \(order?.rawValue ?? "") does not fit \(subject.rawValue); choose \(known)")
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
