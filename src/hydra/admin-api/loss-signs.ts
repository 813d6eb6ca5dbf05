import { Injectable } from '@nestjs/common';

/** Called when Hydra may have lost clients, however often. The listener decides how often it looks. */
export type LossListener = () => void;

/**
 * Carries a sign that Hydra may have lost clients (one that should be there was not) from whoever talks to Hydra to
 * `LossWatch`.
 */
@Injectable()
export class LossSigns {
  private listener: LossListener = () => undefined;

  listen(listener: LossListener): void {
    this.listener = listener;
  }

  note(): void {
    this.listener();
  }
}
