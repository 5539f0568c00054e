// What the allowed globals build. None of it touches anything but the document.
extension PickleReader {
    /// The inert value that stands for `callee(*arguments)`. `isConstruction`: the pickle makes an instance
    /// of a class without calling it.
    mutating func call(
        _ callee: PickleValue, _ arguments: [PickleValue], isConstruction: Bool
    ) throws(TensorFileError) -> PickleValue {
        guard case .global(let global) = callee else { throw damaged("it calls what is not a name") }
        switch global {
        case .orderedDict: return try orderedDictionary(arguments)
        case .counter:
            guard let counts = arguments.first else { return dictionary([]) }
            guard case .dictionary = counts else { throw badArguments("Counter") }
            return counts
        case .defaultDict: return dictionary([])
        case .set:
            guard let elements = arguments.first else { return list([]) }
            guard case .list = elements else { throw badArguments("set") }
            return elements
        case .rebuildTensor: return try tensor(arguments, elementType: nil)
        case .rebuildTypedTensor:
            guard arguments.count >= 7, case .global(.elementType(let type)) = arguments[6] else {
                throw badArguments("_rebuild_tensor_v3")
            }
            return try tensor(arguments, elementType: type)
        case .rebuildParameter:
            guard let data = arguments.first, case .tensor = data else {
                throw badArguments("_rebuild_parameter")
            }
            return data
        case .size:
            guard let shape = arguments.first, case .tuple = shape else { throw badArguments("torch.Size") }
            return shape
        case .encodeBytes: return try encodedBytes(arguments)
        case .numpyScalar: return try numpyScalar(arguments)
        case .scriptPassThrough:
            guard let value = arguments.first else { throw badArguments("a TorchScript list") }
            return value
        case .numpyType, .opaque:
            try charge(arguments.count)
            document.objects.append(.init(global: global, arguments: arguments, state: .none))
            return .object(document.objects.count - 1)
        case .storageType, .elementType:
            throw TensorFileError(
                .refused,
                "refused: the checkpoint wants to call a storage class; nothing was run;"
                    + " save only the weights with torch.save(model.state_dict(), path)")
        }
    }

    /// Restores the state of `value`; kept for opaque objects, dropped for dictionaries (attributes such as
    /// `_metadata`).
    mutating func build(_ value: PickleValue, _ state: PickleValue) throws(TensorFileError) {
        switch value {
        case .object(let index): document.objects[index].state = state
        case .dictionary: break
        default: throw damaged("it restores the state of a plain value")
        }
    }

    /// `('storage', type, key, location, element count)`, and a view that only files before PyTorch 0.4 have.
    /// The location, such as `cuda:0`, has no meaning here.
    mutating func storage(_ identifier: PickleValue) throws(TensorFileError) -> PickleValue {
        guard case .tuple(let index) = identifier else { throw damaged("a storage without a description") }
        let fields = document.sequences[index]
        guard fields.count >= 5, fields[0] == .string("storage"),
            case .global(.storageType(let type)) = fields[1],
            case .string(let key) = fields[2], case .int(let count) = fields[4], count >= 0,
            count <= Int64(Int.max / 16)
        else { throw damaged("a storage's description is not understood") }
        guard fields.count < 6 || fields[5] == .none else {
            throw TensorFileError(
                .unsupported,
                "the checkpoint is from before PyTorch 0.4; load and save it again with a current PyTorch")
        }
        document.storages.append(.init(elementType: type, key: key, elementCount: Int(count)))
        return .storage(document.storages.count - 1)
    }

    private func badArguments(_ name: String) -> TensorFileError {
        damaged("\(name) is given arguments it does not take")
    }

    /// From nothing, or from a sequence of pairs.
    private mutating func orderedDictionary(_ arguments: [PickleValue]) throws(TensorFileError) -> PickleValue
    {
        guard let source = arguments.first else { return dictionary([]) }
        guard let elements = document.elements(source) else { throw badArguments("OrderedDict") }
        try charge(elements.count)
        var pairs: [PickleDocument.Pair] = []
        for element in elements {
            guard let pair = document.elements(element), pair.count == 2 else {
                throw badArguments("OrderedDict")
            }
            pairs.append(.init(key: pair[0], value: pair[1]))
        }
        return dictionary(pairs)
    }

    /// `(storage, offset, shape, strides, requires_grad, hooks ...)`.
    private mutating func tensor(
        _ arguments: [PickleValue], elementType: TensorElementType?
    ) throws(TensorFileError) -> PickleValue {
        guard arguments.count >= 4, case .storage(let index) = arguments[0],
            case .int(let offset) = arguments[1],
            let shape = dimensions(arguments[2]), let strides = dimensions(arguments[3])
        else { throw badArguments("a tensor") }
        try charge(8 + 2 * shape.count)
        let storage = document.storages[index]
        let type = elementType ?? storage.elementType ?? .uint8
        // An untyped storage counts bytes.
        let bytes = storage.elementCount * (storage.elementType?.byteCount ?? 1)
        guard
            let tensor = TorchTensor(
                elementType: type, shape: shape, strides: strides, storageOffset: Int(offset),
                storageKey: storage.key, storageCount: bytes / type.byteCount)
        else {
            throw .damaged("a tensor of shape \(shape.prefix(8)) does not fit into its storage")
        }
        document.tensors.append(tensor)
        return .tensor(document.tensors.count - 1)
    }

    private func dimensions(_ value: PickleValue) -> [Int]? {
        guard let elements = document.elements(value), elements.count <= 64 else { return nil }
        var result: [Int] = []
        for element in elements {
            guard case .int(let size) = element else { return nil }
            result.append(Int(size))
        }
        return result
    }

    /// `_codecs.encode(text, 'latin1')`: how protocol 2 writes bytes.
    private mutating func encodedBytes(_ arguments: [PickleValue]) throws(TensorFileError) -> PickleValue {
        guard arguments.count == 2, case .string(let text) = arguments[0],
            case .string(let encoding) = arguments[1],
            ["latin1", "latin-1"].contains(encoding)
        else { throw badArguments("_codecs.encode") }
        try charge(text.utf8.count)
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { throw badArguments("_codecs.encode") }
            bytes.append(byte)
        }
        return .bytes(bytes)
    }

    /// `scalar(dtype, bytes)`: a number.
    private func numpyScalar(_ arguments: [PickleValue]) throws(TensorFileError) -> PickleValue {
        guard arguments.count == 2, case .object(let index) = arguments[0],
            case .bytes(let bytes) = arguments[1],
            document.objects[index].global == .numpyType,
            case .string(let code)? = document.objects[index].arguments.first
        else { throw badArguments("a numpy scalar") }
        // The state is (version, byte order, ...).
        if let state = document.elements(document.objects[index].state), state.count > 1,
            state[1] == .string(">")
        {
            throw TensorFileError(
                .unsupported, "the checkpoint holds a big-endian number; save it on a little-endian machine")
        }
        let types: [String: TensorElementType] = [
            "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32,
            "i8": .int64,
            "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
        ]
        guard let type = types[code], bytes.count == type.byteCount else {
            throw badArguments("a numpy scalar")
        }
        return bytes.withUnsafeBytes { raw in
            switch type {
            case .bool: .bool(raw[0] != 0)
            case .float64: .float(raw.loadUnaligned(as: Double.self))
            case .float16, .float32: .float(Double(type.floats(raw)[0]))
            default: type.integers(raw).map { .int($0[0]) } ?? .bigInteger(bytes + [0])
            }
        }
    }
}
