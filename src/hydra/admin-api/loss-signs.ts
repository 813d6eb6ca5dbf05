import { Injectable } from '@nestjs/common';

/** Hears that Hydra may have lost clients. It decides by itself how often that is worth a look. */
export type LossListener = () => void;

/** From all that talk to Hydra, to who looks after it: something that should be there was not. */
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
