/** Why a row is refused: the physical line where its record starts (the header is line 1), and what is wrong with it. */
export interface Flaw { readonly line: number; readonly code: FlawCode; readonly message: string }

/** Stable: clients tell by them what to mend. Listed with their meaning in docs/import.md. */
export type FlawCode =
  | 'conflict' | 'duplicate_option' | 'duplicate_variant' | 'handle_required' | 'invalid_attributes' | 'invalid_category'
  | 'invalid_compare_at_price' | 'invalid_encoding' | 'invalid_image' | 'invalid_options' | 'invalid_policy'
  | 'invalid_position' | 'invalid_price' | 'invalid_published' | 'invalid_quantity' | 'invalid_status' | 'invalid_tags'
  | 'invalid_text' | 'invalid_weight' | 'option_name_required' | 'option_value_required' | 'options_differ' | 'price_required'
  | 'record_too_large' | 'title_required' | 'too_long' | 'too_many_cells' | 'too_many_images' | 'too_many_tags'
  | 'too_many_variants' | 'unterminated_quote'

/** Thrown while a row is read, caught where its run is put together. */
export class Refusal extends Error {
  readonly code: FlawCode
  constructor(code: FlawCode, message: string) {
    super(message)
    this.code = code
  }
}
