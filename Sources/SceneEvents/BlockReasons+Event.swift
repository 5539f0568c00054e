internal import JSONText
internal import Timeline

/// The field `reasons` of a block.
extension BlockReasons {
    /// Logits beyond are written as this: more of one evidence changes nothing.
    private static let most = 9999.0

    /// As a JSON object: six decimals.
    var json: String {
        func object(_ names: [String], _ logits: [Double]) -> String {
            var object = JSONLine()
            for (name, logit) in zip(names, logits) {
                let bounded = logit.isNaN ? 0 : min(max(logit, -Self.most), Self.most)
                object.field(name, raw: JSONLine.decimal(micro: Int64((bounded * 1_000_000).rounded())))
            }
            return object.object
        }
        var line = JSONLine()
        line.field("against", against.rawValue)
        line.field("kind", raw: object(KindEvidence.allCases.map(\.rawValue), kind))
        line.field("start", raw: start.map { object(StartEvidence.allCases.map(\.rawValue), $0) } ?? "null")
        return line.object
    }

    init(event value: JSONValue) throws(EventError) {
        func logits(_ value: JSONValue, _ names: [String]) throws(EventError) -> [Double] {
            let fields = try EventFields(value)
            var logits: [Double] = []
            for name in names {
                let logit: EventSeconds? = try fields.find(name)
                logits.append(logit?.seconds ?? 0)
            }
            return logits
        }
        let fields = try EventFields(value)
        let kind: Block.Kind = try fields.get("against")
        self.init(
            against: kind,
            kind: try fields.get("kind") { value throws(EventError) in
                try logits(value, KindEvidence.allCases.map(\.rawValue))
            },
            start: try fields.find("start") { value throws(EventError) in
                try logits(value, StartEvidence.allCases.map(\.rawValue))
            })
    }
}
