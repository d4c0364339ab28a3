export {
  createAuthority,
  writeCredentials,
  type Authority,
  type DeviceCredentials,
} from "./certificates";
export { startIotCore, type IotCore } from "./iot-core";
export { provisioners } from "./provisioners";
