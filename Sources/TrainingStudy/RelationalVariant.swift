/// One form of the relational network: what its tokens show, what it learns from before the labels, and what
/// is tried.
struct RelationalVariant {
    /// What similarities a film's tokens hold.
    enum Cues: Hashable {
        /// One embedding's. The network learns from films of both kinds.
        case one
        /// The mean of the cosines of VGG19 and of hue histograms.
        case mean
        /// Both, side by side.
        case both
    }

    /// What the network learns from before it sees labels.
    enum Start: Hashable {
        case fresh
        /// Made-up films (`SyntheticFilm`), as for the network that ships.
        case madeUp
        /// Runs of 3 to 12 shots of all films, without labels, joined in random order; a run's last shot is a
        /// boundary.
        case joined
        /// All films; a boundary is where time warping cuts the window around a shot just behind it.
        case pseudo
    }

    var name: String
    var k = 8
    /// Share of training windows of which the right side is cut off at random.
    var truncation = 0.0
    var cues = Cues.one
    var start = Start.fresh

    static let all: [RelationalVariant] = [
        RelationalVariant(name: "relational"),
        RelationalVariant(name: "relational K 4", k: 4),
        RelationalVariant(name: "relational K 12", k: 12),
        RelationalVariant(name: "relational, right cut off", truncation: 0.3),
        RelationalVariant(name: "relational, mean of cues", cues: .mean),
        RelationalVariant(name: "relational, cues side by side", cues: .both),
        RelationalVariant(name: "relational from made-up films", start: .madeUp),
        RelationalVariant(name: "relational from joined films", start: .joined),
        RelationalVariant(name: "relational from pseudo-boundaries", start: .pseudo),
        RelationalVariant(name: "relational from made-up films, mean of cues", cues: .mean, start: .madeUp),
        RelationalVariant(
            name: "relational from made-up films, K 12, mean of cues", k: 12, cues: .mean, start: .madeUp),
    ]
}
