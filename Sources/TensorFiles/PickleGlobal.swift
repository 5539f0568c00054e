/// The names that a pickle may mention. Whatever is not in this table is refused before anything else
/// happens.
///
/// No case stands for code: "calling" one builds a plain value, in `PickleReader+Calls.swift`.
package enum PickleGlobal: Hashable, Sendable {
    case orderedDict
    case counter
    case defaultDict
    case set
    case rebuildTensor
    /// With an element type of its own, on an untyped storage (PyTorch 2.1 and later).
    case rebuildTypedTensor
    case rebuildParameter
    /// Nil: untyped.
    case storageType(TensorElementType?)
    case elementType(TensorElementType)
    case size
    case encodeBytes
    case numpyScalar
    case numpyType
    /// TorchScript's lists and type tags: the first argument is the value.
    case scriptPassThrough
    /// A class that may be named, for example as a dictionary key, and is never looked at. Its dotted name.
    case opaque(String)

    /// The entry for `module` and `name`; nil if the table has none.
    ///
    /// `isScript`: the archive is TorchScript, whose module classes are named `__torch__...`.
    init?(module: String, name: String, isScript: Bool) {
        if let known = Self.table["\(module).\(name)"] {
            self = known
        } else if let storage = Self.storageTypes[name], module == "torch" || module == "torch.storage" {
            self = .storageType(storage)
        } else if let type = TensorElementType(rawValue: name), module == "torch" {
            self = .elementType(type)
        } else if Self.opaqueModules.contains(where: { module.hasPrefix($0) }) {
            self = .opaque("\(module).\(name)")
        } else if isScript, module == "__torch__" || module.hasPrefix("__torch__.") {
            self = .opaque("\(module).\(name)")
        } else {
            return nil
        }
    }

    /// Python 2 names (`__builtin__`) occur because `torch.save` writes protocol 2.
    private static let table: [String: PickleGlobal] = [
        "collections.OrderedDict": .orderedDict,
        "collections.Counter": .counter,
        "collections.defaultdict": .defaultDict,
        "builtins.set": .set,
        "builtins.frozenset": .set,
        "__builtin__.set": .set,
        "__builtin__.frozenset": .set,
        "builtins.int": .opaque("int"),
        "builtins.list": .opaque("list"),
        "builtins.dict": .opaque("dict"),
        "__builtin__.int": .opaque("int"),
        "__builtin__.list": .opaque("list"),
        "__builtin__.dict": .opaque("dict"),
        "torch._utils._rebuild_tensor_v2": .rebuildTensor,
        "torch._utils._rebuild_tensor_v3": .rebuildTypedTensor,
        "torch._utils._rebuild_parameter": .rebuildParameter,
        "torch._utils._rebuild_parameter_with_state": .rebuildParameter,
        "torch.storage.UntypedStorage": .storageType(nil),
        "torch.UntypedStorage": .storageType(nil),
        "torch.storage.TypedStorage": .storageType(nil),
        "torch.storage._UntypedStorage": .storageType(nil),
        "torch.Size": .size,
        "torch.device": .opaque("torch.device"),
        // How Lightning keeps hyper-parameters.
        "argparse.Namespace": .opaque("argparse.Namespace"),
        "pytorch_lightning.utilities.parsing.AttributeDict": .opaque("AttributeDict"),
        "lightning.pytorch.utilities.parsing.AttributeDict": .opaque("AttributeDict"),
        "lightning_fabric.utilities.data.AttributeDict": .opaque("AttributeDict"),
        "lightning.fabric.utilities.data.AttributeDict": .opaque("AttributeDict"),
        "_codecs.encode": .encodeBytes,
        "numpy.core.multiarray.scalar": .numpyScalar,
        "numpy._core.multiarray.scalar": .numpyScalar,
        "numpy.dtype": .numpyType,
        "torch.jit._pickle.build_intlist": .scriptPassThrough,
        "torch.jit._pickle.build_doublelist": .scriptPassThrough,
        "torch.jit._pickle.build_boollist": .scriptPassThrough,
        "torch.jit._pickle.build_tensorlist": .scriptPassThrough,
        "torch.jit._pickle.restore_type_tag": .scriptPassThrough,
    ]

    private static let storageTypes: [String: TensorElementType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "DoubleStorage": .float64,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8, "BoolStorage": .bool,
    ]

    /// Lightning keys `callbacks` by class.
    private static let opaqueModules = ["pytorch_lightning.callbacks.", "lightning.pytorch.callbacks."]
}
