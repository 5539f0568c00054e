import TestSupport
import FoundationEssentials
import SceneEvaluation
import Testing

extension Files {
    static func json<Value: Decodable>(_: Value.Type, _ path: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(filePath: path)))
    }
}

/// Expects `left` within `tolerance` of `right`.
func expectNear(
    _ left: Double?, _ right: Double, within tolerance: Double = 1e-9, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(abs((left ?? .infinity) - right) <= tolerance, comment, sourceLocation: sourceLocation)
}

/// The error that `body` throws.
func evaluationError(_ body: () throws -> Void) -> EvaluationError? {
    do {
        try body()
        return nil
    } catch {
        return error as? EvaluationError
    }
}
