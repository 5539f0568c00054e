/// A tensor as a checkpoint describes it: a strided view of a storage. Its elements are still in the file.
package struct TorchTensor: Hashable, Sendable {
    package let elementType: TensorElementType
    /// Empty for a scalar.
    package let shape: [Int]
    /// Elements to step for each dimension, never negative; as many as `shape`.
    package let strides: [Int]
    /// Elements of the storage before the first one of the tensor.
    package let storageOffset: Int
    /// Names the storage. Tensors with equal keys share memory in PyTorch.
    package let storageKey: String
    package let elementCount: Int

    /// Bytes of the tensor once gathered.
    package var byteCount: Int { elementCount * elementType.byteCount }

    /// Whether the elements lie in row-major order without holes.
    package var isContiguous: Bool {
        var expected = 1
        for (size, stride) in zip(shape, strides).reversed() where size != 1 {
            if stride != expected { return elementCount == 0 }
            expected *= size
        }
        return true
    }

    /// How many elements the storage must hold for this view.
    package var reach: Int {
        if elementCount == 0 { return 0 }
        return zip(shape, strides).reduce(storageOffset + 1) { $0 + ($1.0 - 1) * $1.1 }
    }

    /// Nil, with no trap, unless the numbers describe a view of a storage of `storageCount` elements. A view
    /// that repeats elements (stride 0) may have at most 16 Mi elements more than the storage.
    init?(
        elementType: TensorElementType, shape: [Int], strides: [Int], storageOffset: Int, storageKey: String,
        storageCount: Int
    ) {
        guard shape.count == strides.count, shape.count <= 64, storageOffset >= 0, storageCount >= 0,
            storageCount <= Int.max / 16
        else { return nil }
        guard (shape + strides).allSatisfy({ $0 >= 0 }), let count = ArraySize.product(shape) else {
            return nil
        }
        let isEmpty = shape.contains(0)
        var last = storageOffset
        for (size, stride) in zip(shape, strides) where !isEmpty {
            let (step, stepOverflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, sumOverflow) = last.addingReportingOverflow(step)
            guard !stepOverflow, !sumOverflow else { return nil }
            last = sum
        }
        guard isEmpty || last < storageCount, count <= storageCount + 16 << 20 else { return nil }
        self.elementType = elementType
        self.shape = shape
        self.strides = strides
        self.storageOffset = storageOffset
        self.storageKey = storageKey
        self.elementCount = count
    }

    /// Gathers the elements in row-major order. `storage` holds at least `reach` elements.
    func gather(_ storage: UnsafeRawBufferPointer) -> [UInt8] {
        let size = elementType.byteCount
        precondition(storage.count >= reach * size, "a storage shorter than its tensor")
        return [UInt8](unsafeUninitializedCapacity: byteCount) { result, initialized in
            initialized = byteCount
            guard byteCount > 0, let first = result.baseAddress, let source = storage.baseAddress else {
                return
            }
            var destination = UnsafeMutableRawPointer(first)
            if isContiguous {
                destination.copyMemory(from: source + storageOffset * size, byteCount: byteCount)
                return
            }
            // Counts like an odometer: the last dimension is the inner loop.
            let rank = shape.count
            let innerCount = shape[rank - 1]
            let innerStep = strides[rank - 1] * size
            var index = [Int](repeating: 0, count: rank)
            var offset = storageOffset * size
            while true {
                var element = source + offset
                for _ in 0..<innerCount {
                    destination.copyMemory(from: element, byteCount: size)
                    destination += size
                    element += innerStep
                }
                var dimension = rank - 2
                while dimension >= 0 {
                    index[dimension] += 1
                    offset += strides[dimension] * size
                    if index[dimension] < shape[dimension] { break }
                    offset -= index[dimension] * strides[dimension] * size
                    index[dimension] = 0
                    dimension -= 1
                }
                if dimension < 0 { return }
            }
        }
    }
}
