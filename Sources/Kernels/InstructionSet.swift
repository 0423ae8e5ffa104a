import CKernels

/// The instruction set whose loops are in use: "baseline", "avx2" or "avx512".
///
/// All of them give the same bits. It is the widest that the processor can run, or what the environment variable `WORKBENCH_ISA` names.
public var instructionSet: String { String(cString: wb_path_active().pointee.name) }

/// The sets that this program can use on this processor.
public var availableInstructionSets: [String] { ["baseline", "avx2", "avx512"].filter { wb_path_named($0) != nil } }

/// One sentence when `WORKBENCH_ISA` asked for a set that cannot be used here and the widest was taken instead.
public var instructionSetNotice: String? {
    guard let refused = wb_path_refused() else { return nil }
    let choices = availableInstructionSets.joined(separator: ", ")
    return "WORKBENCH_ISA=\(String(cString: refused)) cannot be used on this processor (choose from \(choices)); using \(instructionSet)."
}
