/* A stand-in for MVS with the functions that Camloom calls; own code, written from the public description.
 *
 * It has two cameras: GigE "G100" at 192.168.1.64, whose pictures are 64x48 BayerRG8, and USB3 "U200" with Mono8.
 * The exposure says what happens after five pictures: 666 crashes, 404 disconnects, 503 is silent, 13 loses packets.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    unsigned int nIpCfgOption, nIpCfgCurrent, nCurrentIp, nCurrentSubNetMask, nDefultGateWay;
    unsigned char chManufacturerName[32], chModelName[32], chDeviceVersion[32], chManufacturerSpecificInfo[48];
    unsigned char chSerialNumber[16], chUserDefinedName[16];
    unsigned int nNetExport, nReserved[4];
} MV_GIGE_DEVICE_INFO;

typedef struct {
    unsigned char CrtlInEndPoint, CrtlOutEndPoint, StreamEndPoint, EventEndPoint;
    unsigned short idVendor, idProduct;
    unsigned int nDeviceNumber;
    unsigned char chDeviceGUID[64], chVendorName[64], chModelName[64], chFamilyName[64], chDeviceVersion[64];
    unsigned char chManufacturerName[64], chSerialNumber[64], chUserDefinedName[64];
    unsigned int nbcdUSB, nDeviceAddress, nReserved[2];
} MV_USB3_DEVICE_INFO;

typedef struct {
    unsigned short nMajorVer, nMinorVer;
    unsigned int nMacAddrHigh, nMacAddrLow, nTLayerType, nReserved[4];
    union {
        MV_GIGE_DEVICE_INFO stGigEInfo;
        MV_USB3_DEVICE_INFO stUsb3VInfo;
    } SpecialInfo;
} MV_CC_DEVICE_INFO;

typedef struct {
    unsigned int nDeviceNum;
    MV_CC_DEVICE_INFO *pDeviceInfo[256];
} MV_CC_DEVICE_INFO_LIST;

typedef struct {
    unsigned short nWidth, nHeight;
    unsigned int enPixelType, nFrameNum, nDevTimeStampHigh, nDevTimeStampLow, nReserved0;
    int64_t nHostTimeStamp;
    unsigned int nFrameLen, nSecondCount, nCycleCount, nCycleOffset;
    float fGain, fExposureTime;
    unsigned int nAverageBrightness, nRed, nGreen, nBlue, nFrameCounter, nTriggerIndex, nInput, nOutput;
    unsigned short nOffsetX, nOffsetY, nChunkWidth, nChunkHeight;
    unsigned int nLostPacket, nUnparsedChunkNum;
    union {
        void *pUnparsedChunkContent;
        int64_t nAligning;
    } UnparsedChunkList;
    unsigned int nReserved[36];
} MV_FRAME_OUT_INFO_EX;

typedef struct {
    unsigned char *pBufAddr;
    MV_FRAME_OUT_INFO_EX stFrameInfo;
    unsigned int nRes[16];
} MV_FRAME_OUT;

typedef void (*ExceptionCallBack)(unsigned int, void *);

enum { WIDTH = 320, HEIGHT = 240, NO_DATA = 0x80000007, DENIED = 0x80000203, WRONG = 0x80000100 };

static MV_CC_DEVICE_INFO cameras[2];
static MV_CC_DEVICE_INFO *taken;
static ExceptionCallBack on_exception;
static unsigned int packet_bytes, trigger = 1, count, lent;
static float exposure, fps = 25;
static unsigned char picture[WIDTH * HEIGHT];

int MV_CC_EnumDevices(unsigned int layers, MV_CC_DEVICE_INFO_LIST *list) {
    memset(list, 0, sizeof *list);
    cameras[0].nTLayerType = 1;
    cameras[0].SpecialInfo.stGigEInfo.nCurrentIp = 0xC0A80140;
    strcpy((char *)cameras[0].SpecialInfo.stGigEInfo.chSerialNumber, "G100");
    cameras[1].nTLayerType = 4;
    strcpy((char *)cameras[1].SpecialInfo.stUsb3VInfo.chSerialNumber, "U200");
    strcpy((char *)cameras[1].SpecialInfo.stUsb3VInfo.chUserDefinedName, "gate");
    for (int index = 0; index < 2; index++)
        if (layers & cameras[index].nTLayerType) list->pDeviceInfo[list->nDeviceNum++] = &cameras[index];
    return 0;
}

int MV_CC_CreateHandle(void **handle, const MV_CC_DEVICE_INFO *device) {
    *handle = taken = (MV_CC_DEVICE_INFO *)device;
    return 0;
}

int MV_CC_OpenDevice(void *handle, unsigned int access, unsigned short key) {
    return handle == taken && access == 1 && key == 0 ? 0 : (int)DENIED;
}

int MV_CC_RegisterExceptionCallBack(void *handle, ExceptionCallBack callback, void *user) {
    on_exception = callback;
    return 0;
}

int MV_CC_GetOptimalPacketSize(void *handle) { return handle == &cameras[0] ? 1500 : (int)WRONG; }

int MV_CC_SetIntValue(void *handle, const char *key, unsigned int value) {
    if (strcmp(key, "GevSCPSPacketSize") || handle != &cameras[0]) return (int)WRONG;
    packet_bytes = value;
    return 0;
}

int MV_CC_SetEnumValue(void *handle, const char *key, unsigned int value) {
    if (strcmp(key, "TriggerMode")) return (int)WRONG;
    trigger = value;
    return 0;
}

int MV_CC_SetEnumValueByString(void *handle, const char *key, const char *value) {
    return !strcmp(key, "PixelFormat") && strstr("Mono8 BayerRG8", value) ? 0 : (int)WRONG;
}

int MV_CC_SetBoolValue(void *handle, const char *key, bool value) {
    return !strcmp(key, "AcquisitionFrameRateEnable") && value ? 0 : (int)WRONG;
}

int MV_CC_SetFloatValue(void *handle, const char *key, float value) {
    if (!strcmp(key, "ExposureTime")) exposure = value;
    else if (!strcmp(key, "AcquisitionFrameRate")) fps = value;
    else if (strcmp(key, "Gain") || value > 24) return (int)WRONG;
    return 0;
}

int MV_CC_StartGrabbing(void *handle) {
    return trigger || (handle == &cameras[0] && packet_bytes != 1500) ? (int)WRONG : 0;
}

int MV_CC_GetImageBuffer(void *handle, MV_FRAME_OUT *frame, unsigned int wait_ms) {
    if (lent) return (int)WRONG;
    if (++count > 5 && exposure == 666) raise(SIGSEGV);
    if (count == 6 && exposure == 404) on_exception(0x8001, NULL);
    if (count > 5 && (exposure == 404 || exposure == 503)) {
        usleep(wait_ms * 1000);
        return (int)NO_DATA;
    }
    usleep((useconds_t)(1e6 / fps));
    for (int y = 0; y < HEIGHT; y++)  /* red where the rows and the columns are even */
        for (int x = 0; x < WIDTH; x++) picture[y * WIDTH + x] = handle == &cameras[0] && (x % 2 || y % 2) ? 20 : 200;
    memset(frame, 0, sizeof *frame);
    frame->pBufAddr = picture;
    frame->stFrameInfo.nWidth = WIDTH;
    frame->stFrameInfo.nHeight = HEIGHT;
    frame->stFrameInfo.enPixelType = handle == &cameras[0] ? 0x01080009 : 0x01080001;
    frame->stFrameInfo.nFrameNum = count;
    frame->stFrameInfo.nHostTimeStamp = 1700000000000 + (int64_t)(count * 1000 / fps);
    frame->stFrameInfo.nFrameLen = sizeof picture;
    frame->stFrameInfo.nLostPacket = exposure == 13 && count > 5;
    lent = 1;
    return 0;
}

int MV_CC_FreeImageBuffer(void *handle, MV_FRAME_OUT *frame) {
    if (frame->pBufAddr != picture || !lent) return (int)WRONG;
    lent = 0;
    return 0;
}

int MV_CC_StopGrabbing(void *handle) { return 0; }
int MV_CC_CloseDevice(void *handle) { return 0; }
int MV_CC_DestroyHandle(void *handle) { return 0; }
