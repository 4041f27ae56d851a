/** Where an alarm is shown. */
export const alarmUrl = (id: string): string => `/alarms/${id}`;

/** Where what a camera watches for is drawn and set. */
export const rulesUrl = (cameraId: string): string => `/rules?camera=${cameraId}`;
