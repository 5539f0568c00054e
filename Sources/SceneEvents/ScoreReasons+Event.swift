internal import JSONText
internal import Timeline

extension ScoreReasons {
    /// Logits beyond are written as this: more of one evidence changes nothing.
    private static let most = 99.0

    /// As an object of a `score` event: six decimals.
    var json: String {
        func decimal(_ value: Double) -> String {
            let bounded = value.isNaN ? 0 : min(max(value, -Self.most), Self.most)
            return JSONLine.decimal(micro: Int64((bounded * 1_000_000).rounded()))
        }
        var object = JSONLine()
        if evidence.isEmpty {
            object.field("logits", raw: "null")
        } else {
            var logits = JSONLine()
            for item in evidence { logits.field(item.kind.rawValue, raw: decimal(item.logit)) }
            object.field("logits", raw: logits.object)
        }
        if let alike {
            var pair = JSONLine()
            pair.field("left_part", alike.leftPart)
            pair.field("right_part", alike.rightPart)
            pair.field("distance", raw: decimal(alike.distance))
            object.field("alike", raw: pair.object)
        } else {
            object.field("alike", raw: "null")
        }
        return object.object
    }

    init(event value: JSONValue) throws(EventError) {
        let fields = try EventFields(value)
        var evidence: [Evidence] = []
        if let logits = try fields.find("logits", EventFields.init) {
            for kind in Evidence.Kind.allCases {
                guard let logit: EventSeconds = try logits.find(kind.rawValue) else { continue }
                evidence.append(Evidence(kind, logit.seconds))
            }
        }
        let alike = try fields.find("alike") { value throws(EventError) in
            let pair = try EventFields(value)
            let distance: EventSeconds = try pair.get("distance")
            return Pair(
                leftPart: try pair.get("left_part"), rightPart: try pair.get("right_part"),
                distance: distance.seconds)
        }
        self.init(evidence: evidence, alike: alike)
    }
}
