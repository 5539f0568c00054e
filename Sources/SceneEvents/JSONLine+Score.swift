internal import JSONText
internal import Timeline

extension JSONLine {
    /// A score with its six decimals; null for none.
    mutating func field(_ key: String, _ score: Score?) {
        field(key, microseconds: score.map { Int64($0.millionths) })
    }
}
