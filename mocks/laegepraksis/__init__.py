"""The GP clinics record system (laegepraksissystem), with Klinik+."""
