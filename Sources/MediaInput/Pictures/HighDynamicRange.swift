import Glibc

/// Brings PQ and HLG colors (BT.2020 primaries) to standard dynamic range (BT.709 primaries, gamma 2.4) by
/// tables.
///
/// Reference white (203 cd/m2, ITU-R BT.2408) comes out at about 0.75 of full; brighter parts are rolled off.
/// It serves comparison between pictures, not viewing.
struct HighDynamicRange {
    private static let steps = 1023
    /// From a channel's code value (0...1 in `steps`) to tone-mapped linear light in 0...1.
    private let toLinear: [Float]
    /// From the square root of linear light to gamma.
    private let toGamma: [Float]

    /// nil for a standard transfer. Builds two tables of 1024 values.
    init?(_ transfer: ColorDescription.Transfer) {
        let decode: (Double) -> Double
        switch transfer {
        case .standard: return nil
        case .perceptualQuantizer: decode = Self.perceptualQuantizer
        case .hybridLogGamma: decode = Self.hybridLogGamma
        }
        toLinear = (0...Self.steps).map {
            Float(Self.toneMapped(decode(Double($0) / Double(Self.steps)) / 203))
        }
        toGamma = (0...Self.steps).map { step in
            let root = Double(step) / Double(Self.steps)
            return Float(pow(root * root, 1 / 2.4))
        }
    }

    /// Light in cd/m2 of a PQ code value (SMPTE ST 2084, equation 4.1).
    private static func perceptualQuantizer(_ code: Double) -> Double {
        let (m1, m2) = (2610.0 / 16384, 2523.0 / 4096 * 128)
        let (c1, c2, c3) = (3424.0 / 4096, 2413.0 / 4096 * 32, 2392.0 / 4096 * 32)
        let power = pow(code, 1 / m2)
        return 10_000 * pow(max(power - c1, 0) / (c2 - c3 * power), 1 / m1)
    }

    /// Light in cd/m2 of an HLG code value on a display of 1000 cd/m2 (ITU-R BT.2100, table 5), each channel
    /// by itself.
    private static func hybridLogGamma(_ code: Double) -> Double {
        let (a, b, c) = (0.17883277, 0.28466892, 0.55991073)
        let scene = code <= 0.5 ? code * code / 3 : (exp((code - c) / a) + b) / 12
        return 1000 * pow(scene, 1.2)
    }

    /// Reinhard's curve with a white point (Reinhard et al. 2002, equation 4): `light` is 1 at reference
    /// white, and 1000 cd/m2 comes out as 1.
    private static func toneMapped(_ light: Double) -> Double {
        let white = 1000.0 / 203
        return min(light * (1 + light / (white * white)) / (1 + light), 1)
    }

    /// A color of code values as standard R'G'B' in 0...1.
    @inline(__always)
    func standard(_ color: SIMD3<Float>) -> SIMD3<Float> {
        let (r, g, b) = (linear(color.x), linear(color.y), linear(color.z))
        // BT.2020 to BT.709 primaries (ITU-R BT.2087).
        return SIMD3(
            gamma(1.6605 * r - 0.5876 * g - 0.0728 * b),
            gamma(-0.1246 * r + 1.1329 * g - 0.0083 * b),
            gamma(-0.0182 * r - 0.1006 * g + 1.1187 * b))
    }

    @inline(__always)
    private func linear(_ code: Float) -> Float {
        toLinear[Int(min(max(code, 0), 1) * Float(Self.steps) + 0.5)]
    }

    @inline(__always)
    private func gamma(_ light: Float) -> Float {
        toGamma[Int(min(max(light, 0), 1).squareRoot() * Float(Self.steps) + 0.5)]
    }
}
