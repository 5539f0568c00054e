/// Words `key=value` of a command line.
struct StudySettings {
    private let values: [String: Int]

    init(_ words: some Sequence<String>) {
        var values: [String: Int] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1)
            precondition(parts.count == 2 && Int(parts[1]) != nil, "'\(word)' is not a key=number")
            values[String(parts[0])] = Int(parts[1])
        }
        self.values = values
    }

    func number(_ key: String, _ standard: Int) -> Int { values[key] ?? standard }
}
