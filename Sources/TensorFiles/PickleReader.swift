/// Reads the pickles of checkpoints and runs nothing.
///
/// A pickle is a program for a stack machine that may call any function. This machine has the stack, but its
/// only functions are those of `PickleGlobal`, each of which builds an inert value; any other name ends the
/// reading with a refusal that says the name. Memory is bounded by `Limits`, and time is linear in the
/// pickle's size.
package struct PickleReader {
    /// What bounds memory and time against a hostile pickle.
    package struct Limits: Sendable {
        /// Bytes of one pickle. A network of 300 tensors takes about 30 KB.
        package var byteCount = 32 << 20
        package var opcodeCount = 4_000_000
        package var stackCount = 1_000_000
        package var markCount = 1_000
        package var memoCount = 2_000_000
        /// Bytes of one string, integer or text line.
        package var textBytes = 4 << 20
        /// Values and bytes that calls may copy: a memoised value can be copied by a few bytes of pickle.
        package var copiedCount = 16_000_000

        package init() {}
    }

    let input: [UInt8]
    let limits: Limits
    let isScript: Bool
    /// Where the next opcode, or the next pickle, begins.
    package internal(set) var position: Int
    var document = PickleDocument()
    var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [UInt64: PickleValue] = [:]
    private var copied = 0
    private let start: Int

    /// `isScript`: module classes of TorchScript (`__torch__...`) are known by name.
    package init(_ input: [UInt8], at position: Int = 0, isScript: Bool = false, limits: Limits = Limits()) {
        self.input = input
        self.limits = limits
        self.isScript = isScript
        self.position = position
        self.start = position
    }

    /// Reads one pickle; afterwards `position` stands behind it.
    package mutating func read() throws(TensorFileError) -> PickleDocument {
        var steps = 0
        while true {
            let code = try byte()
            guard let opcode = PickleOpcode(rawValue: code) else {
                throw damaged("unknown opcode \(code)")
            }
            steps += 1
            guard steps <= limits.opcodeCount else { throw tooLarge("more than \(limits.opcodeCount) steps") }
            guard position - start <= limits.byteCount else {
                throw tooLarge("more than \(limits.byteCount) bytes")
            }
            if opcode == .stop {
                guard stack.count == 1, marks.isEmpty else { throw damaged("it ends with values left over") }
                document.root = stack[0]
                return document
            }
            try step(opcode)
        }
    }

    private mutating func step(_ opcode: PickleOpcode) throws(TensorFileError) {
        switch opcode {
        case .stop: break
        case .proto:
            let version = try byte()
            guard version <= 5 else {
                throw TensorFileError(
                    .unsupported, "the checkpoint uses pickle protocol \(version); save it with protocol 2")
            }
        case .frame: _ = try unsigned(8)

        // The stack and the memo.
        case .mark:
            guard marks.count < limits.markCount else { throw tooLarge("it nests too deeply") }
            marks.append(stack.count)
        case .pop:
            if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .duplicate: try push(top())
        case .put: try remember(textIndex())
        case .binPut: try remember(unsigned(1))
        case .longBinPut: try remember(unsigned(4))
        case .memoize: try remember(UInt64(memo.count))
        case .get: try push(recall(textIndex()))
        case .binGet: try push(recall(unsigned(1)))
        case .longBinGet: try push(recall(unsigned(4)))

        // Plain values.
        case .none: try push(.none)
        case .newTrue: try push(.bool(true))
        case .newFalse: try push(.bool(false))
        case .binInt1: try push(.int(Int64(unsigned(1))))
        case .binInt2: try push(.int(Int64(unsigned(2))))
        case .binInt: try push(.int(Int64(Int32(truncatingIfNeeded: unsigned(4)))))
        case .long1: try push(integer(unsigned(1)))
        case .long4: try push(integer(unsigned(4)))
        case .int, .long: try push(textInteger())
        case .binFloat: try push(.float(Double(bitPattern: unsigned(8).byteSwapped)))
        case .float: try push(textFloat())
        case .shortBinUnicode: try push(.string(utf8(take(unsigned(1)))))
        case .binUnicode: try push(.string(utf8(take(unsigned(4)))))
        case .binUnicode8: try push(.string(utf8(take(unsigned(8)))))
        case .shortBinString: try push(legacyString(take(unsigned(1))))
        case .binString: try push(legacyString(take(unsigned(4))))
        case .shortBinBytes: try push(.bytes(Array(take(unsigned(1)))))
        case .binBytes: try push(.bytes(Array(take(unsigned(4)))))
        case .binBytes8, .byteArray8: try push(.bytes(Array(take(unsigned(8)))))
        case .string: try push(quotedString())
        case .unicode: try push(.string(escapedUnicode(line())))

        // Containers.
        case .emptyTuple: try push(tuple([]))
        case .tuple1, .tuple2, .tuple3:
            let count = Int(opcode.rawValue - PickleOpcode.tuple1.rawValue) + 1
            var elements: [PickleValue] = []
            for _ in 0..<count { elements.append(try pop()) }
            try push(tuple(elements.reversed()))
        case .tuple: try push(tuple(popToMark()))
        case .emptyList, .emptySet: try push(list([]))
        case .list, .frozenSet: try push(list(popToMark()))
        case .append: try extend([pop()])
        case .appends, .addItems: try extend(popToMark())
        case .emptyDict: try push(dictionary([]))
        case .dict: try push(dictionary(pairs(popToMark())))
        case .setItem:
            let value = try pop()
            let key = try pop()
            try insert([PickleDocument.Pair(key: key, value: value)])
        case .setItems: try insert(pairs(popToMark()))

        // What would run code in Python.
        case .global:
            let module = try utf8(line())
            try push(.global(global(module: module, name: utf8(line()))))
        case .stackGlobal:
            guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
                throw damaged("a global without a name")
            }
            try push(.global(global(module: module, name: name)))
        case .reduce, .newObject:
            let arguments = try pop()
            let callee = try pop()
            guard case .tuple(let index) = arguments else { throw damaged("a call without arguments") }
            try push(call(callee, document.sequences[index], isConstruction: opcode == .newObject))
        case .newObjectWithKeywords:
            _ = try pop()
            let arguments = try pop()
            let callee = try pop()
            guard case .tuple(let index) = arguments else { throw damaged("a call without arguments") }
            try push(call(callee, document.sequences[index], isConstruction: true))
        case .instance:
            let module = try utf8(line())
            let global = try global(module: module, name: utf8(line()))
            try push(call(.global(global), popToMark(), isConstruction: true))
        case .object:
            var arguments = try popToMark()
            guard !arguments.isEmpty else { throw damaged("a call without a class") }
            let callee = arguments.removeFirst()
            try push(call(callee, arguments, isConstruction: true))
        case .build:
            let state = try pop()
            try build(top(), state)
        case .binPersistentID: try push(storage(pop()))
        case .persistentID, .extension1, .extension2, .extension4, .nextBuffer, .readOnlyBuffer:
            throw TensorFileError(
                .refused,
                "refused: the checkpoint refers to objects outside itself, and nothing was run;"
                    + " save only the weights with torch.save(model.state_dict(), path)")
        }
    }

    // MARK: The stack

    mutating func push(_ value: PickleValue) throws(TensorFileError) {
        guard stack.count < limits.stackCount else { throw tooLarge("its stack grows too high") }
        stack.append(value)
    }

    /// Takes the top value, which must lie above the last mark.
    mutating func pop() throws(TensorFileError) -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
            throw damaged("it takes a value that is not there")
        }
        return value
    }

    func top() throws(TensorFileError) -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.last else {
            throw damaged("it takes a value that is not there")
        }
        return value
    }

    private mutating func popToMark() throws(TensorFileError) -> [PickleValue] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw damaged("a mark is missing") }
        let values = [PickleValue](stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    private mutating func remember(_ index: UInt64) throws(TensorFileError) {
        memo[index] = try top()
        guard memo.count <= limits.memoCount else { throw tooLarge("its memo grows too large") }
    }

    private func recall(_ index: UInt64) throws(TensorFileError) -> PickleValue {
        guard let value = memo[index] else { throw damaged("it recalls a value that was never stored") }
        return value
    }

    // MARK: Containers

    mutating func tuple(_ elements: [PickleValue]) -> PickleValue {
        document.sequences.append(elements)
        return .tuple(document.sequences.count - 1)
    }

    mutating func list(_ elements: [PickleValue]) -> PickleValue {
        document.sequences.append(elements)
        return .list(document.sequences.count - 1)
    }

    mutating func dictionary(_ pairs: [PickleDocument.Pair]) -> PickleValue {
        document.dictionaries.append(pairs)
        return .dictionary(document.dictionaries.count - 1)
    }

    private func pairs(_ values: [PickleValue]) throws(TensorFileError) -> [PickleDocument.Pair] {
        guard values.count.isMultiple(of: 2) else { throw damaged("a dictionary key without a value") }
        return stride(from: 0, to: values.count, by: 2).map {
            PickleDocument.Pair(key: values[$0], value: values[$0 + 1])
        }
    }

    private mutating func extend(_ values: [PickleValue]) throws(TensorFileError) {
        switch try top() {
        case .list(let index): document.sequences[index] += values
        // Objects that are lists too: nobody looks at their elements.
        case .object: break
        default: throw damaged("it appends to what is not a list")
        }
    }

    private mutating func insert(_ pairs: [PickleDocument.Pair]) throws(TensorFileError) {
        switch try top() {
        case .dictionary(let index): document.dictionaries[index] += pairs
        case .object: break
        default: throw damaged("it inserts into what is not a dictionary")
        }
    }

    // MARK: Refusals

    private func global(module: String, name: String) throws(TensorFileError) -> PickleGlobal {
        if let global = PickleGlobal(module: module, name: name, isScript: isScript) { return global }
        let shown = TensorFileError.plain("\(module).\(name)")
        let remedy =
            isScript
            ? "save torch.jit.load(path).state_dict() with torch.save"
            : "save only the weights with torch.save(model.state_dict(), path)"
        throw TensorFileError(
            .refused, "refused: the checkpoint wants to call \(shown); nothing was run; \(remedy)")
    }

    func damaged(_ what: String) -> TensorFileError {
        .damaged("the pickle is not sound at byte \(position): \(what)")
    }

    func tooLarge(_ what: String) -> TensorFileError {
        TensorFileError(
            .tooLarge,
            "refused: the pickle is larger than any checkpoint needs: \(what);"
                + " save only the weights with torch.save(model.state_dict(), path)")
    }

    /// Accounts for copies that calls make.
    mutating func charge(_ count: Int) throws(TensorFileError) {
        copied += count
        guard copied <= limits.copiedCount else { throw tooLarge("it copies values over and over") }
    }
}
