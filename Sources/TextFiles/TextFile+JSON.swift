internal import FoundationEssentials

extension TextFile {
    /// Every line as one JSON object.
    package func decodeLines<Value: Decodable>(_: Value.Type, remedy: String) throws(TextFileError) -> [(
        line: Int, value: Value
    )] {
        let decoder = JSONDecoder()
        var values: [(line: Int, value: Value)] = []
        values.reserveCapacity(lines.count)
        for line in lines {
            do {
                values.append((line.number, try decoder.decode(Value.self, from: Data(line.text.utf8))))
            } catch {
                throw malformed(Self.problem(error), line: line.number, remedy: remedy)
            }
        }
        return values
    }

    /// The whole file as one JSON value.
    package func decode<Value: Decodable>(_: Value.Type, remedy: String) throws(TextFileError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw malformed(Self.problem(error), remedy: remedy)
        }
    }

    /// The whole file as one JSON value, or nil if it is not of this form.
    package func tryDecode<Value: Decodable>(_: Value.Type) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    /// The first line as one JSON value, or nil if it is not of this form.
    package func tryDecodeFirstLine<Value: Decodable>(_: Value.Type) -> Value? {
        guard let first = lines.first else { return nil }
        return try? JSONDecoder().decode(Value.self, from: Data(first.text.utf8))
    }

    private static func problem(_ error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty
                ? "the top level"
                : path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        }
        return switch error as? DecodingError {
        case .keyNotFound(let key, let context):
            "'\(key.stringValue)' is missing at \(place(context.codingPath))"
        case .typeMismatch(_, let context): "the value has the wrong type at \(place(context.codingPath))"
        case .valueNotFound(_, let context): "the value is null at \(place(context.codingPath))"
        default: "is not valid JSON"
        }
    }
}
