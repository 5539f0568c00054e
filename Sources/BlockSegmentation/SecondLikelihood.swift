internal import RealModule

/// What a second looks and sounds like, measured; nil where that is not known.
struct SecondEvidence: Hashable, Sendable {
    /// Loudness above the channel's usual one, in dB.
    var loudness: Double?
    /// Mean loudness of the eight seconds from its start on, less that of the eight before, in dB.
    var loudnessStep: Double?
    /// Cuts in it.
    var cuts: Int?
    /// Cuts a second that the channel usually has.
    var usualCuts = ChannelTempo().rate
    var music: Double?
    var mark: Double?
    var recurrence: Double?
    /// At its start, or within half a second of it.
    var hasCut: Bool?
    var isBlack = false
    var isSilent = false
    var changesAspect = false
}

/// How likely a second's evidence is for each kind of item: the factors that the model multiplies.
struct SecondLikelihood: Hashable, Sendable {
    /// For each kind.
    var kinds: [Double]
    /// For an item without and with the channel's mark.
    var marks: [Double]
    /// For an item that begins with this second, against one that goes on.
    var edge: Double
    /// Logarithms of which `kinds` is made, for each kind: of loudness, tempo, music and recurrence.
    private(set) var shares: [[Double]]
    /// Logarithms of which `edge` is made: of a cut, black, silence, bars and loudness.
    private(set) var edgeShares: [Double]

    init(_ evidence: SecondEvidence) {
        typealias Weight = EvidenceWeight
        let none = [Double](repeating: 0, count: BlockModel.kinds.count)
        shares = [none, none, none, none]
        for kind in none.indices {
            if let loudness = evidence.loudness {
                let distance = (loudness - Weight.loudness[kind]) / Weight.loudnessSpread
                let bounded = min(max(distance, -3), 3)
                shares[0][kind] = -Weight.ofLoudness / 2 * bounded * bounded
            }
            if let cuts = evidence.cuts {
                let rate = max(Weight.cuts[kind], Weight.cutsOfUsual[kind] * evidence.usualCuts)
                shares[1][kind] = Weight.ofCuts * (Double(min(cuts, 3)) * .log(rate) - rate)
            }
            if let music = evidence.music {
                shares[2][kind] = Weight.ofMusic * Self.logarithm(music, share: Weight.music[kind])
            }
            if let recurrence = evidence.recurrence {
                shares[3][kind] =
                    Weight.ofRecurrence * Self.logarithm(recurrence, share: Weight.recurrence[kind])
            }
        }
        kinds = [Double](repeating: 1, count: none.count)
        edgeShares = []
        marks = Weight.markSeen.map { seen in
            evidence.mark.map { Double.exp(Weight.ofMark * Self.logarithm($0, share: seen)) } ?? 1
        }
        var (cut, black, silence, loudness) = (0.0, 0.0, 0.0, 0.0)
        if let hasCut = evidence.hasCut {
            let byChance = evidence.usualCuts
            cut = .log(hasCut ? Weight.edgesCut / byChance : (1 - Weight.edgesCut) / (1 - byChance))
        }
        if evidence.isBlack { black = Weight.black }
        if evidence.isSilent { silence = Weight.silence }
        if evidence.isBlack, evidence.isSilent {
            black += Weight.blackAndSilence / 2
            silence += Weight.blackAndSilence / 2
        }
        let bars = evidence.changesAspect ? Weight.aspect : 0
        if let step = evidence.loudnessStep { loudness = Weight.step * min(max(abs(step) - 2, 0), 5) }
        // In the order of the reference.
        var sum = cut
        if evidence.isBlack { sum += Weight.black }
        if evidence.isSilent { sum += Weight.silence }
        if evidence.isBlack, evidence.isSilent { sum += Weight.blackAndSilence }
        edge = .exp(sum + bars + loudness)
        kinds = none.indices.map { kind in .exp(shares.reduce(0) { $0 + $1[kind] }) }
        edgeShares = [cut, black, silence, bars, loudness]
    }

    /// Of seeing something with a probability, where `share` of seconds have it.
    private static func logarithm(_ probability: Double, share: Double) -> Double {
        .log(probability * share + (1 - probability) * (1 - share))
    }
}

/// How much each kind of evidence says. Numbers for each kind are in the order of `BlockModel.kinds`.
///
/// Seconds of one item are not independent, so that what each of them says is scaled down.
enum EvidenceWeight {
    /// Usual loudness above the channel's median, in dB, and the spread about it.
    static let loudness = [0.0, 3, 3, 2]
    static let loudnessSpread = 4.0
    static let ofLoudness = 0.2
    /// Cuts a second, at least, and as a multiple of what the channel usually has.
    static let cuts = [0, 0.5, 0.45, 0.2]
    static let cutsOfUsual = [1, 1.6, 1.5, 0]
    static let ofCuts = 0.2
    /// Share of seconds with music.
    static let music = [0.35, 0.35, 0.35, 0.8]
    static let ofMusic = 0.1
    /// Share of seconds that were shown before.
    static let recurrence = [0.02, 0.35, 0.35, 0.8]
    static let ofRecurrence = 0.2
    /// Share of seconds in which a mark is seen, in items without and with it.
    static let markSeen = [0.05, 0.95]
    static let ofMark = 0.5

    /// Share of edges between two items where a cut is found.
    static let edgesCut = 0.97

    // In logits, for an edge between two items.
    static let black = 2.5
    static let silence = 1.5
    static let blackAndSilence = 1.0
    static let aspect = 2.5
    /// For each dB of a step above 2, up to 5.
    static let step = 0.3
    /// For an edge of a break where a message announces it, and one and two seconds beside it.
    static let cue = [7.0, 4.2, 2.1]
    /// Against a program, for each second of an announced break.
    static let insideCue = 0.1
    /// Against adverts, for each second behind an announced return.
    static let behindCue = 0.05
}
