/// How one element of a tensor is stored, little-endian.
package enum TensorElementType: String, Hashable, Sendable, CaseIterable {
    case float16, bfloat16, float32, float64
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case bool

    /// Bytes of one element.
    package var byteCount: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// The elements as `Float`, rounded to nearest where they are wider. `bytes` holds whole elements.
    func floats(_ bytes: UnsafeRawBufferPointer) -> [Float] {
        switch self {
        case .float16: convert(bytes, UInt16.self) { Float(Float16(bitPattern: $0)) }
        case .bfloat16: convert(bytes, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .float32: convert(bytes, UInt32.self) { Float(bitPattern: $0) }
        case .float64: convert(bytes, UInt64.self) { Float(Double(bitPattern: $0)) }
        case .int8: convert(bytes, Int8.self) { Float($0) }
        case .int16: convert(bytes, Int16.self) { Float($0) }
        case .int32: convert(bytes, Int32.self) { Float($0) }
        case .int64: convert(bytes, Int64.self) { Float($0) }
        case .uint8: convert(bytes, UInt8.self) { Float($0) }
        case .uint16: convert(bytes, UInt16.self) { Float($0) }
        case .uint32: convert(bytes, UInt32.self) { Float($0) }
        case .uint64: convert(bytes, UInt64.self) { Float($0) }
        case .bool: convert(bytes, UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    /// The elements as `Int64`; nil for floating-point types and for values beyond `Int64`.
    func integers(_ bytes: UnsafeRawBufferPointer) -> [Int64]? {
        switch self {
        case .float16, .bfloat16, .float32, .float64: return nil
        case .int8: return convert(bytes, Int8.self) { Int64($0) }
        case .int16: return convert(bytes, Int16.self) { Int64($0) }
        case .int32: return convert(bytes, Int32.self) { Int64($0) }
        case .int64: return convert(bytes, Int64.self) { $0 }
        case .uint8: return convert(bytes, UInt8.self) { Int64($0) }
        case .uint16: return convert(bytes, UInt16.self) { Int64($0) }
        case .uint32: return convert(bytes, UInt32.self) { Int64($0) }
        case .uint64:
            let values = convert(bytes, UInt64.self) { $0 }
            return values.allSatisfy { $0 <= UInt64(Int64.max) } ? values.map { Int64($0) } : nil
        case .bool: return convert(bytes, UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    @inline(__always)
    private func convert<Stored: FixedWidthInteger & BitwiseCopyable, Value>(
        _ bytes: UnsafeRawBufferPointer, _ type: Stored.Type, _ value: (Stored) -> Value
    ) -> [Value] {
        let size = MemoryLayout<Stored>.size
        let count = bytes.count / size
        return [Value](unsafeUninitializedCapacity: count) { result, initialized in
            for index in 0..<count {
                let stored = bytes.loadUnaligned(fromByteOffset: index * size, as: Stored.self)
                result.initializeElement(at: index, to: value(stored))
            }
            initialized = count
        }
    }
}
