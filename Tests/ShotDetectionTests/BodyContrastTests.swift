import ShotDetection
import Testing

@Suite("Body contrast")
struct BodyContrastTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let values: [UInt8]
        let contrast: Float
    }

    static let cases = [
        Case(testDescription: "flat", values: Array(repeating: 40, count: 60), contrast: 0),
        Case(
            testDescription: "black with a mark on a sixth of it",
            values: Array(repeating: 0, count: 50) + Array(repeating: 255, count: 10), contrast: 0),
        Case(
            testDescription: "white with a dark border on a sixth of it",
            values: Array(repeating: 12, count: 10) + Array(repeating: 235, count: 50), contrast: 0),
        Case(
            testDescription: "two halves",
            values: Array(repeating: 0, count: 30) + Array(repeating: 200, count: 30), contrast: 97.98),
        Case(testDescription: "one value", values: [255], contrast: 0),
    ]

    @Test("What stands out on a sixth of the picture does not count", arguments: cases)
    func contrast(_ item: Case) {
        let contrast = BodyContrast.of(item.values.span)
        #expect(abs(contrast - item.contrast) < 0.01, "\(contrast)")
    }

    @Test("Without anything that stands out, it follows the contrast")
    func ramp() {
        let ramp = (0..<240).map { UInt8($0) }
        let halved = ramp.map { $0 / 2 }
        #expect(abs(BodyContrast.of(ramp.span) - 2 * BodyContrast.of(halved.span)) < 0.5)
    }
}
