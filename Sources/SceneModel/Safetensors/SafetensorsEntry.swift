/// One tensor of a safetensors file: its type, shape and place.
package struct SafetensorsEntry: Equatable, Sendable {
    package var name: String
    package var type: ElementType
    /// Empty for a scalar.
    package var shape: [Int]
    /// Bytes, counted from the end of the header.
    package var bytes: Range<Int>

    /// Product of the shape.
    package var elementCount: Int { bytes.count / type.size }

    /// Element types of whole bytes that the format knows.
    package enum ElementType: String, Sendable, CaseIterable {
        case bool = "BOOL"
        case uint8 = "U8"
        case int8 = "I8"
        case float8e4m3 = "F8_E4M3"
        case float8e5m2 = "F8_E5M2"
        case float8e8m0 = "F8_E8M0"
        case int16 = "I16"
        case uint16 = "U16"
        case float16 = "F16"
        case bfloat16 = "BF16"
        case int32 = "I32"
        case uint32 = "U32"
        case float32 = "F32"
        case int64 = "I64"
        case uint64 = "U64"
        case float64 = "F64"
        case complex64 = "C64"

        /// Bytes per element.
        package var size: Int {
            switch self {
            case .bool, .uint8, .int8, .float8e4m3, .float8e5m2, .float8e8m0: 1
            case .int16, .uint16, .float16, .bfloat16: 2
            case .int32, .uint32, .float32: 4
            case .int64, .uint64, .float64, .complex64: 8
            }
        }
    }
}
