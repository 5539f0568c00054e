internal import Yams

/// Reads one mapping of the configuration: each key at most once, no key that nobody asks for, errors with
/// key and line.
struct ConfigurationReader {
    let file: String
    /// Path of the mapping, empty at the top.
    let path: String
    private let line: Int?
    private var entries: [String: (key: Node, value: Node)] = [:]
    private var order: [String] = []

    /// - Throws: `ConfigurationError` where `node` is no mapping or has a key twice.
    init(_ node: Node, file: String, path: String) throws(ConfigurationError) {
        self.file = file
        self.path = path
        line = node.mark?.line
        guard case .mapping(let mapping) = node else {
            throw ConfigurationError(
                file: file, line: line, key: path.isEmpty ? nil : path,
                reason: "takes a mapping of keys and values")
        }
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                throw ConfigurationError(
                    file: file, line: key.mark?.line, key: path.isEmpty ? nil : path,
                    reason: "a key must be a word")
            }
            guard entries.updateValue((key, value), forKey: scalar.string) == nil else {
                throw ConfigurationError(
                    file: file, line: key.mark?.line, key: Self.joined(path, scalar.string),
                    reason: "is given twice; remove one")
            }
            order.append(scalar.string)
        }
    }

    private static func joined(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    func failure(_ key: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(
            file: file, line: entries[key]?.key.mark?.line ?? line, key: Self.joined(path, key),
            reason: reason)
    }

    /// Throws for a key that is none of `known`; call it before reading so that a misspelt key is named
    /// first.
    func refuseOthers(than known: [String]) throws(ConfigurationError) {
        for key in order where !known.contains(key) {
            let meant = NearestWord.find(key, in: known).map { "did you mean '\($0)'? " } ?? ""
            throw failure(key, "unknown key; \(meant)known here: \(known.joined(separator: ", "))")
        }
    }

    /// Present, even if null.
    func has(_ key: String) -> Bool { entries[key] != nil }

    /// A value that is absent or null reads as nil.
    private func node(_ key: String) -> Node? {
        guard let value = entries[key]?.value else { return nil }
        if case .scalar(let scalar) = value, scalar.style == .plain,
            ["", "~", "null"].contains(scalar.string)
        {
            return nil
        }
        return value
    }

    func string(_ key: String) throws(ConfigurationError) -> String? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            throw failure(key, "takes text")
        }
        return scalar.string
    }

    func bool(_ key: String) throws(ConfigurationError) -> Bool? {
        switch try string(key) {
        case nil: nil
        case "true": true
        case "false": false
        default: throw failure(key, "takes true or false")
        }
    }

    func number(_ key: String, in range: ClosedRange<Double>, unit: String) throws(ConfigurationError)
        -> Double?
    {
        guard let text = try string(key) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw failure(
                key, "takes \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound)) \(unit)")
        }
        return value
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let text = try string(key) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw failure(key, "takes a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Bytes: a whole number, or one with KiB, MiB or GiB.
    func bytes(_ key: String, in range: ClosedRange<Int64>) throws(ConfigurationError) -> Int64? {
        guard let text = try string(key) else { return nil }
        var (digits, shift) = (text[...], 0)
        for (suffix, bits) in [("KiB", 10), ("MiB", 20), ("GiB", 30)] where text.hasSuffix(suffix) {
            (digits, shift) = (text.dropLast(3), bits)
            if digits.last == " " { digits = digits.dropLast() }
        }
        guard let count = Int64(digits), 0...Int64.max >> 31 ~= count, range ~= count << shift else {
            throw failure(
                key,
                "takes a size such as 64 MiB, from \(range.lowerBound) bytes to \(range.upperBound >> 30) GiB"
            )
        }
        return count << shift
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type)
        throws(ConfigurationError)
        -> Choice? where Choice.RawValue == String
    {
        guard let text = try string(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw failure(key, "takes \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    /// Names in a list, each of them one of `Choice`.
    func choices<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _: Choice.Type
    ) throws(ConfigurationError) -> [Choice]? where Choice.RawValue == String {
        guard let texts = try strings(key) else { return nil }
        let choices = texts.compactMap(Choice.init(rawValue:))
        guard choices.count == texts.count else {
            throw failure(key, "takes a list of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choices
    }

    func strings(_ key: String) throws(ConfigurationError) -> [String]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let sequence) = node else { throw failure(key, "takes a list of text values") }
        var texts: [String] = []
        for item in sequence {
            guard case .scalar(let scalar) = item, !scalar.string.isEmpty else {
                throw ConfigurationError(
                    file: file, line: item.mark?.line, key: Self.joined(path, key),
                    reason: "takes a list of text values")
            }
            texts.append(scalar.string)
        }
        return texts
    }

    /// The mapping under `key`.
    func mapping(_ key: String) throws(ConfigurationError) -> ConfigurationReader? {
        guard let node = node(key) else { return nil }
        return try ConfigurationReader(node, file: file, path: Self.joined(path, key))
    }

    /// The mappings listed under `key`.
    func mappings(_ key: String) throws(ConfigurationError) -> [ConfigurationReader] {
        guard let node = node(key) else { return [] }
        guard case .sequence(let sequence) = node else {
            throw failure(key, "takes a list, one entry per dash")
        }
        var readers: [ConfigurationReader] = []
        for (index, item) in sequence.enumerated() {
            readers.append(
                try ConfigurationReader(item, file: file, path: "\(Self.joined(path, key))[\(index)]"))
        }
        return readers
    }

    private static func plain(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
