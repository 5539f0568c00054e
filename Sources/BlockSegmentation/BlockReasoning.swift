internal import RealModule
internal import Timeline

/// Gathers what the evidence of an open block says, second by second: the sums from which its reasons are
/// made. What the order and the lengths of items say is not among them.
struct BlockReasoning: Sendable {
    /// For each kind of evidence and each kind of block, the sum of logarithms over the seconds so far.
    private var sums = [[Double]](
        repeating: [Double](repeating: 0, count: BlockModel.kinds.count),
        count: BlockReasons.KindEvidence.allCases.count)
    private var start: [Double]?

    /// - Parameters:
    ///   - second: at which an item begins; nil: the block begins with the stream.
    ///   - former: the kind before.
    ///   - kind: that of the block.
    init(startingWith second: BlockFilter.Second? = nil, from former: Int = 0, to kind: Int = 0) {
        guard let second else { return }
        let evidence = second.likelihood.edgeShares
        let cue =
            BlockModel.leads(former, kind)
            ? second.out : BlockModel.leads(kind, former) ? second.back : 0
        start = evidence + [cue]
    }

    /// Takes a second of the block.
    mutating func push(_ second: BlockFilter.Second) {
        for (place, shares) in (second.likelihood.kindShares + [second.cueShares]).enumerated() {
            for (kind, share) in shares.enumerated() { sums[place][kind] += share }
        }
    }

    /// Why it is of `kind`. `probabilities`: of all kinds.
    func reasons(for kind: Int, _ probabilities: [Double]) -> BlockReasons {
        let others = probabilities.indices.filter { $0 != kind }
        let against = others.dropFirst().reduce(others[0]) { best, other in
            probabilities[other] > probabilities[best] ? other : best
        }
        return BlockReasons(
            against: BlockModel.kinds[against], kind: sums.map { $0[kind] - $0[against] }, start: start)
    }
}

extension SecondLikelihood {
    /// Logarithms for each kind of block: of what `BlockReasons.KindEvidence` names, but for cues, in its
    /// order. The mark is that of a usual item of the kind.
    fileprivate var kindShares: [[Double]] {
        let mark = BlockModel.marked.map { share in Double.log((1 - share) * marks[0] + share * marks[1]) }
        return [mark] + shares
    }
}

extension BlockFilter.Second {
    /// The same of messages.
    fileprivate var cueShares: [Double] {
        var shares = [Double](repeating: 0, count: BlockModel.kinds.count)
        switch announced {
        case .adverts: shares[BlockModel.program] = -EvidenceWeight.insideCue
        case .program: shares[BlockModel.adverts] = -EvidenceWeight.behindCue
        case nil: break
        }
        return shares
    }
}
